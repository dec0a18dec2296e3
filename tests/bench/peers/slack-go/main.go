// The same job with slack-go's socketmode and mattn's sqlite3, as their examples show it: one loop over the
// client's events. A command: row, then ack with text. A message: row, then ack. A 📌: the message is
// fetched (beside the loop), row, then ack. The card: edited at most once a second. WAL, FULL.
package main

import (
	"database/sql"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	_ "github.com/mattn/go-sqlite3"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
)

const schema = `
	CREATE TABLE IF NOT EXISTS entry (n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
		at INTEGER NOT NULL, author TEXT NOT NULL, channel TEXT NOT NULL, ts TEXT, text TEXT NOT NULL) STRICT;
	CREATE TABLE IF NOT EXISTS message (channel TEXT NOT NULL, ts TEXT NOT NULL, author TEXT NOT NULL,
		text TEXT NOT NULL, PRIMARY KEY (channel, ts)) STRICT, WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS card (channel TEXT PRIMARY KEY, ts TEXT NOT NULL) STRICT;`

type bot struct {
	api        *slack.Client
	socket     *socketmode.Client
	addEntry   *sql.Stmt
	addMessage *sql.Stmt
	last       *sql.Stmt
	getCard    *sql.Stmt
	setCard    *sql.Stmt

	mutex sync.Mutex
	dirty map[string]bool
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func prepare(db *sql.DB, text string) *sql.Stmt {
	s, err := db.Prepare(text)
	must(err)
	return s
}

func (b *bot) touch(channel string) {
	b.mutex.Lock()
	b.dirty[channel] = true
	b.mutex.Unlock()
}

func (b *bot) blocks() slack.MsgOption {
	rows, err := b.last.Query()
	must(err)
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var n, at int64
		var author, text string
		must(rows.Scan(&n, &at, &author, &text))
		lines = append([]string{fmt.Sprintf("E%d <@%s> %s", n, author, text)}, lines...)
	}
	body := "Nothing yet."
	if len(lines) > 0 {
		body = strings.Join(lines, "\n")
	}
	return slack.MsgOptionBlocks(
		slack.NewHeaderBlock(slack.NewTextBlockObject("plain_text", "Checkout answers 504", false, false)),
		slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", body, false, false), nil, nil))
}

func (b *bot) show(channel string) {
	text := slack.MsgOptionText("Checkout answers 504", false)
	var ts string
	if b.getCard.QueryRow(channel).Scan(&ts) == nil {
		_, _, _, err := b.api.UpdateMessage(channel, ts, text, b.blocks())
		if err != nil {
			log.Print(err)
		}
		return
	}
	_, ts, err := b.api.PostMessage(channel, text, b.blocks())
	must(err)
	_, err = b.setCard.Exec(channel, ts)
	must(err)
}

func (b *bot) showCards() {
	for range time.Tick(time.Second) {
		b.mutex.Lock()
		dirty := b.dirty
		b.dirty = map[string]bool{}
		b.mutex.Unlock()
		for channel := range dirty {
			b.show(channel)
		}
	}
}

func now() int64 { return time.Now().UnixNano() / 1000000 }

func (b *bot) command(c slack.SlashCommand, request socketmode.Request) {
	result, err := b.addEntry.Exec(c.TriggerID, "note", now(), c.UserID, c.ChannelID, nil, c.Text)
	must(err)
	n, _ := result.LastInsertId()
	b.socket.Ack(request, map[string]interface{}{"text": fmt.Sprintf("E%d: %s", n, c.Text)})
	b.touch(c.ChannelID)
}

func (b *bot) pin(e *slackevents.ReactionAddedEvent, key string, request socketmode.Request) {
	history, err := b.api.GetConversationHistory(&slack.GetConversationHistoryParameters{
		ChannelID: e.Item.Channel, Latest: e.Item.Timestamp, Inclusive: true, Limit: 1})
	must(err)
	m := history.Messages[0]
	_, err = b.addEntry.Exec(key, "pin", now(), m.User, e.Item.Channel, e.Item.Timestamp, m.Text)
	must(err)
	b.socket.Ack(request)
	b.touch(e.Item.Channel)
}

func (b *bot) event(outer slackevents.EventsAPIEvent, request socketmode.Request) {
	switch e := outer.InnerEvent.Data.(type) {
	case *slackevents.MessageEvent:
		if e.SubType == "" {
			_, err := b.addMessage.Exec(e.Channel, e.TimeStamp, e.User, e.Text)
			must(err)
		}
	case *slackevents.ReactionAddedEvent:
		if e.Reaction == "pushpin" {
			go b.pin(e, outer.Data.(*slackevents.EventsAPICallbackEvent).EventID, request)
			return
		}
	}
	b.socket.Ack(request)
}

func main() {
	db, err := sql.Open("sqlite3", os.Getenv("ALIOSBOT_DB")+"?_journal_mode=WAL&_synchronous=FULL")
	must(err)
	db.SetMaxOpenConns(1)
	_, err = db.Exec(schema)
	must(err)
	api := slack.New(os.Getenv("SLACK_BOT_TOKEN"), slack.OptionAppLevelToken(os.Getenv("SLACK_APP_TOKEN")),
		slack.OptionAPIURL(os.Getenv("SLACK_API_URL")))
	b := &bot{api: api, socket: socketmode.New(api), dirty: map[string]bool{},
		addEntry: prepare(db, `INSERT OR IGNORE INTO entry (key, kind, at, author, channel, ts, text)
			VALUES (?, ?, ?, ?, ?, ?, ?)`),
		addMessage: prepare(db, `INSERT OR IGNORE INTO message (channel, ts, author, text) VALUES (?, ?, ?, ?)`),
		last:       prepare(db, `SELECT n, at, author, text FROM entry ORDER BY n DESC LIMIT 10`),
		getCard:    prepare(db, `SELECT ts FROM card WHERE channel = ?`),
		setCard:    prepare(db, `INSERT OR REPLACE INTO card (channel, ts) VALUES (?, ?)`)}

	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM)
	go func() {
		<-ended
		db.Close()
		os.Exit(0)
	}()
	go b.showCards()
	go func() { must(b.socket.Run()) }()
	for e := range b.socket.Events {
		switch e.Type {
		case socketmode.EventTypeSlashCommand:
			b.command(e.Data.(slack.SlashCommand), *e.Request)
		case socketmode.EventTypeEventsAPI:
			b.event(e.Data.(slackevents.EventsAPIEvent), *e.Request)
		}
	}
}
