#include "core/find/concepts.h"

#include <string.h>

/* Words of no incident in particular; in order. */
static const char *const nothing[] = {
	"a",	    "about",   "after",	    "again",	"all",	      "also",	 "an",	  "and",
	"any",	    "are",     "as",	    "at",	"be",	      "because", "been",  "before",
	"between",  "both",    "but",	    "by",	"came",	      "can",	 "come",  "comes",
	"could",    "day",     "days",	    "did",	"do",	      "does",	 "down",  "during",
	"each",	    "every",   "everybody", "everyone", "everything", "few",	 "first", "for",
	"from",	    "get",     "gets",	    "go",	"goes",	      "got",	 "had",	  "has",
	"have",	    "he",      "here",	    "hour",	"hours",      "how",	 "if",	  "in",
	"into",	    "is",      "it",	    "its",	"just",	      "last",	 "made",  "make",
	"many",	    "may",     "might",	    "min",	"minute",     "minutes", "more",  "morning",
	"most",	    "much",    "must",	    "new",	"next",	      "night",	 "no",	  "nobody",
	"not",	    "nothing", "now",	    "of",	"off",	      "old",	 "on",	  "one",
	"only",	    "or",      "other",	    "our",	"out",	      "over",	 "own",	  "per",
	"same",	    "second",  "seconds",   "she",	"should",     "since",	 "so",	  "some",
	"somebody", "still",   "such",	    "take",	"taken",      "than",	 "that",  "the",
	"their",    "them",    "then",	    "there",	"these",      "they",	 "this",  "those",
	"three",    "time",    "times",	    "to",	"today",      "too",	 "two",	  "until",
	"up",	    "us",      "very",	    "via",	"was",	      "we",	 "week",  "went",
	"were",	    "what",    "when",	    "where",	"which",      "while",	 "who",	  "will",
	"with",	    "would",   "yesterday", "yet",	"you",	      "your",
};

/* The stem of a word of the trade, and of the one that stands for all that say the same; in order of the first. Each is
 * from the vocabulary that people on call use, whatever they run. */
static const struct same {
	const char *stem, *idea;
} same[] = {
	{ "401", "deni" },
	{ "403", "deni" },
	{ "429", "throttl" },
	{ "accessdeni", "deni" },
	{ "alert", "alert" },
	{ "alt", "migrat" },
	{ "articl", "product" },
	{ "auth", "login" },
	{ "authenticat", "login" },
	{ "backup", "backup" },
	{ "basket", "cart" },
	{ "batch", "cron" },
	{ "bill", "payment" },
	{ "blob", "storag" },
	{ "bot", "bot" },
	{ "break", "pow" },
	{ "brok", "kafka" },
	{ "bucket", "storag" },
	{ "build", "ci" },
	{ "buy", "custom" },
	{ "cart", "cart" },
	{ "catalog", "product" },
	{ "cert", "certificat" },
	{ "certificat", "certificat" },
	{ "charg", "payment" },
	{ "chroni", "clock" },
	{ "ci", "ci" },
	{ "clock", "clock" },
	{ "clust", "kubernet" },
	{ "coupon", "vouch" },
	{ "crash", "crash" },
	{ "crashloop", "crash" },
	{ "crawl", "bot" },
	{ "credential", "password" },
	{ "cron", "cron" },
	{ "custom", "custom" },
	{ "databas", "databas" },
	{ "db", "databas" },
	{ "debit", "payment" },
	{ "deni", "deni" },
	{ "deploi", "deploi" },
	{ "deployment", "deploi" },
	{ "disk", "disk" },
	{ "dns", "dns" },
	{ "doubl", "duplicat" },
	{ "down", "outag" },
	{ "dump", "backup" },
	{ "duplicat", "duplicat" },
	{ "eks", "kubernet" },
	{ "email", "email" },
	{ "featur", "featur" },
	{ "feed", "pow" },
	{ "filesystem", "disk" },
	{ "flag", "featur" },
	{ "follow", "replica" },
	{ "forbidden", "deni" },
	{ "freez", "timeout" },
	{ "frozen", "timeout" },
	{ "fulfillment", "warehous" },
	{ "fulfilment", "warehous" },
	{ "gatewai", "proxi" },
	{ "giftcard", "vouch" },
	{ "gke", "kubernet" },
	{ "handshak", "certificat" },
	{ "hang", "timeout" },
	{ "heap", "oom" },
	{ "host", "host" },
	{ "hung", "timeout" },
	{ "identiti", "login" },
	{ "imag", "pictur" },
	{ "ingress", "proxi" },
	{ "inod", "disk" },
	{ "instanc", "host" },
	{ "item", "product" },
	{ "k8s", "kubernet" },
	{ "kafka", "kafka" },
	{ "kill", "crash" },
	{ "kubernet", "kubernet" },
	{ "latenci", "slow" },
	{ "login", "login" },
	{ "logon", "login" },
	{ "loss", "packet" },
	{ "machin", "host" },
	{ "mail", "email" },
	{ "memori", "oom" },
	{ "migrat", "migrat" },
	{ "nameserv", "dns" },
	{ "night", "cron" },
	{ "notificat", "notificat" },
	{ "ntp", "clock" },
	{ "nxdomain", "dns" },
	{ "offlin", "outag" },
	{ "oom", "oom" },
	{ "oomkill", "oom" },
	{ "ord", "ord" },
	{ "outag", "outag" },
	{ "packet", "packet" },
	{ "pag", "alert" },
	{ "paid", "payment" },
	{ "panic", "crash" },
	{ "password", "password" },
	{ "pay", "payment" },
	{ "payment", "payment" },
	{ "permiss", "deni" },
	{ "pg", "databas" },
	{ "photo", "pictur" },
	{ "pictur", "pictur" },
	{ "pipelin", "ci" },
	{ "pod", "kubernet" },
	{ "postgr", "databas" },
	{ "postgresql", "databas" },
	{ "pow", "pow" },
	{ "product", "product" },
	{ "proxi", "proxi" },
	{ "purchas", "ord" },
	{ "push", "notificat" },
	{ "quota", "throttl" },
	{ "ram", "oom" },
	{ "ratelimit", "throttl" },
	{ "rds", "databas" },
	{ "redeliv", "retri" },
	{ "releas", "deploi" },
	{ "replica", "replica" },
	{ "resend", "retri" },
	{ "resolv", "dns" },
	{ "restart", "crash" },
	{ "retri", "retri" },
	{ "rollout", "deploi" },
	{ "run", "ci" },
	{ "s3", "storag" },
	{ "saml", "login" },
	{ "schedul", "cron" },
	{ "schema", "migrat" },
	{ "scrap", "bot" },
	{ "secondari", "replica" },
	{ "secret", "password" },
	{ "serv", "host" },
	{ "shop", "custom" },
	{ "signin", "login" },
	{ "slow", "slow" },
	{ "sluggish", "slow" },
	{ "sms", "notificat" },
	{ "smtp", "email" },
	{ "snapshot", "backup" },
	{ "spin", "timeout" },
	{ "sql", "databas" },
	{ "ssl", "certificat" },
	{ "sso", "login" },
	{ "standbi", "replica" },
	{ "storag", "storag" },
	{ "tax", "tax" },
	{ "throttl", "throttl" },
	{ "thumbnail", "pictur" },
	{ "timedout", "timeout" },
	{ "timeout", "timeout" },
	{ "tls", "certificat" },
	{ "toggl", "featur" },
	{ "token", "password" },
	{ "topic", "kafka" },
	{ "tracerout", "packet" },
	{ "twic", "duplicat" },
	{ "unauthoriz", "deni" },
	{ "unavailabl", "outag" },
	{ "unreachabl", "outag" },
	{ "unresponsiv", "timeout" },
	{ "updat", "deploi" },
	{ "upgrad", "deploi" },
	{ "user", "custom" },
	{ "vat", "tax" },
	{ "vers", "deploi" },
	{ "visit", "custom" },
	{ "vm", "host" },
	{ "volum", "disk" },
	{ "vouch", "vouch" },
	{ "warehous", "warehous" },
	{ "x509", "certificat" },
};

/* The first that fits is taken off, if three letters and a vowel are left. */
static const struct {
	const char *end, *instead;
} endings[] = {
	{ "ations", "ate" }, { "ation", "ate" }, { "izing", "ize" }, { "ising", "ise" },
	{ "sses", "ss" },    { "ies", "y" },	 { "ness", "" },     { "ments", "ment" },
	{ "ingly", "" },     { "edly", "" },	 { "ing", "" },	     { "ied", "y" },
	{ "ed", "" },	     { "es", "e" },	 { "s", "" },	     { "ly", "" },
	{ "er", "" },	     { "or", "" },	 { "ion", "" },
};

static bool is_letters(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] < 'a' || s[i] > 'z')
			return false;
	return true;
}

/* len: of s without the ending. */
static bool ending_goes(const char *s, size_t len, const char *end)
{
	if (len < 3 || strcspn(s, "aeiouy") >= len)
		return false;
	return strcmp(end, "s") != 0 || !strchr("su", s[len - 1]);
}

static size_t ending_off(char *s, size_t len)
{
	size_t n;

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		n = strlen(endings[i].end);
		if (n >= len || strcmp(s + len - n, endings[i].end) != 0 ||
		    !ending_goes(s, len - n, endings[i].end))
			continue;
		memcpy(s + len - n, endings[i].instead, strlen(endings[i].instead) + 1);
		return strlen(s);
	}
	return len;
}

/* In place. English, and light: what it makes of other words it makes of them each time. */
static void stem(char *s)
{
	size_t len = strlen(s);

	if (len < 4 || !is_letters(s, len))
		return;
	len = ending_off(s, len);
	if (len > 3 && s[len - 1] == 'e')
		s[--len] = '\0';
	if (len > 3 && s[len - 1] == s[len - 2] && !strchr("aeioulsz", s[len - 1]))
		s[--len] = '\0';
	if (len > 3 && s[len - 1] == 'y')
		s[len - 1] = 'i';
}

static int by_word(const void *key, const void *row)
{
	return strcmp(key, *(const char *const *)row);
}

static bool says_nothing(const char *word)
{
	size_t len = strlen(word), digits = strspn(word, "0123456789");

	/* 504 is a word, 17 and 20260101 are not. */
	if (len < 2 || (digits == len && len != 3))
		return true;
	return bsearch(word, nothing, sizeof(nothing) / sizeof(*nothing), sizeof(*nothing),
		       by_word);
}

const char *concept_of(const char *word, char idea[WORD_MOST + 8], bool *trade)
{
	const struct same *s;

	if (trade)
		*trade = false;
	if (says_nothing(word))
		return NULL;
	snprintf(idea, WORD_MOST + 8, "%s", word);
	stem(idea);
	s = bsearch(idea, same, sizeof(same) / sizeof(*same), sizeof(*same), by_word);
	if (!s)
		return idea;
	if (trade)
		*trade = true;
	snprintf(idea, WORD_MOST + 8, "%s", s->idea);
	return idea;
}
