#include "adapters/export/site_private.h"

#include "core/base/alloc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define IDS_MOST 256		 /* read at a time */
#define WORDS_MAX ((size_t)8000) /* bytes of an incident that the search looks at */
#define CAUSE_POINTS 160	 /* characters of a cause in the index */
#define PAGES "incidents"

/* ---- files ---- */

/* Has the file just these bytes? */
static bool site_same(const char *path, const struct buf *content)
{
	char bytes[65536];
	struct stat st;
	size_t at = 0;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (fstat(fd, &st) != 0 || (size_t)st.st_size != content->len)
		at = SIZE_MAX;
	while (at < content->len && (n = read(fd, bytes, sizeof(bytes))) > 0) {
		if ((size_t)n > content->len - at || memcmp(bytes, content->s + at, (size_t)n) != 0)
			break;
		at += (size_t)n;
	}
	close(fd);
	return at == content->len;
}

static int site_failed(struct buf *why, const char *path)
{
	if (!why->len)
		buf_addf(why, "I can't write %s: %s.", path, strerror(errno));
	return -1;
}

int site_put(const char *dir, const char *name, const struct buf *content, struct buf *why)
{
	char path[4096], tmp[4096 + 8];
	FILE *f;
	bool good;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, name) >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return site_failed(why, dir);
	}
	if (mkdir(dir, 0777) != 0 && errno != EEXIST)
		return site_failed(why, dir);
	if (site_same(path, content))
		return 0;
	snprintf(tmp, sizeof(tmp), "%s.tmp", path);
	f = fopen(tmp, "we");
	if (!f)
		return site_failed(why, tmp);
	good = fwrite(content->s, 1, content->len, f) == content->len;
	good = fclose(f) == 0 && good;
	if (good && rename(tmp, path) == 0)
		return 1;
	site_failed(why, path);
	unlink(tmp);
	return -1;
}

static void put(struct site *site, const char *dir, const char *name, const struct buf *content)
{
	int rc = site->why.len ? -1 : site_put(dir, name, content, &site->why);

	site->written += rc > 0;
}

/* ---- one incident ---- */

static const char *plain(struct cards *c, const struct view *v, const char *text)
{
	const char *kept;
	struct buf b;

	buf_init(&b, WORDS_MAX);
	text_words(&b, text ? text : "", v->names);
	kept = arena_strdup(&c->arena, b.s);
	buf_release(&b);
	return kept;
}

static void words_add(struct buf *out, const struct view *v, const char *text)
{
	if (!text)
		return;
	if (out->len)
		buf_addc(out, '\n');
	text_words(out, text, v->names);
}

static const char *all_words(struct cards *c, const struct view *v)
{
	const char *kept;
	struct buf b;

	buf_init(&b, WORDS_MAX);
	for (size_t i = 0; i < v->n_services; i++)
		words_add(&b, v, v->services[i].name);
	for (size_t i = 0; i < v->n_paras; i++)
		if (!v->paras[i].gone)
			words_add(&b, v, v->paras[i].text);
	for (size_t i = 0; i < v->n_items; i++)
		if (!v->items[i].withdrawn)
			words_add(&b, v, v->items[i].text);
	for (size_t i = 0; i < v->n_entries; i++)
		if (!v->entries[i].withdrawn)
			words_add(&b, v, v->entries[i].text);
	kept = arena_strdup(&c->arena, b.s);
	buf_release(&b);
	return kept;
}

static const char *cause_of(struct cards *c, const struct view *v)
{
	struct buf text, cut;
	const char *kept = "";

	buf_init(&text, BUF_ROOMY);
	buf_init(&cut, BUF_ROOMY);
	if (view_section(&text, v, SECTION_CAUSE)) {
		text_short(&cut, text.s, CAUSE_POINTS);
		kept = plain(c, v, cut.s);
	}
	buf_release(&cut);
	buf_release(&text);
	return kept;
}

static const char *title_of(struct cards *c, const struct view *v)
{
	return arena_printf(&c->arena, "%s%s", view_drill(&v->head),
			    plain(c, v, view_text(v->head.title)));
}

static const char *captain_of(struct cards *c, const struct view *v)
{
	const char *kept = "";
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	if (v->head.captain) {
		view_person(&b, v, v->head.captain);
		kept = plain(c, v, b.s);
	}
	buf_release(&b);
	return kept;
}

static const char *services_of(struct cards *c, const struct view *v)
{
	const char *kept = "";
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	if (view_services(&b, v))
		kept = plain(c, v, b.s);
	buf_release(&b);
	return kept;
}

static const char *service_lines(struct cards *c, const struct view *v)
{
	const char *lines;
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	for (size_t i = 0; i < v->n_services; i++)
		if (v->services[i].name)
			buf_addf(&b, "%s%s", b.len ? "\n" : "", v->services[i].name);
	lines = arena_strdup(&c->arena, b.s);
	buf_release(&b);
	return lines;
}

static void card_count(struct cards *c, const struct view *v)
{
	struct counted_node counted = { .head = v->head, .services = service_lines(c, v) };

	counted.prevent = arena_alloc(&c->arena, (v->n_items + 1) * sizeof(*counted.prevent));
	for (size_t i = 0; i < v->n_items; i++) {
		const struct item *it = &v->items[i];

		if (it->type == ITEM_PREVENT && it->state != ITEM_DROPPED && !it->withdrawn)
			counted.prevent[counted.n_prevent++] =
				(struct counted_item){ it->state == ITEM_DONE, it->created_at,
						       it->done_at };
	}
	statistics_add(&c->statistics, &counted);
}

static void card_add(struct cards *c, const struct view *v)
{
	const struct head *h = &v->head;
	struct civil day;
	struct card *card;

	if (c->count == c->room) {
		c->room = c->room ? 2 * c->room : 64;
		c->list = alloc_more(c->list, c->room, sizeof(*c->list));
	}
	card = &c->list[c->count++];
	*card = (struct card){
		.id = arena_strdup(&c->arena, h->id),
		.title = title_of(c, v),
		.captain = captain_of(c, v),
		.cause = cause_of(c, v),
		.services = services_of(c, v),
		.words = all_words(c, v),
		.priority = h->priority,
		.status = h->status,
		.origin = h->origin,
		.declared_at = h->declared_at,
		.drill = h->drill,
		.counted = statistics_counts(h),
	};
	civil_from_ms(&day, h->declared_at);
	card->year = day.year;
	card_count(c, v);
}

static bool site_named(const struct site *site, const char *id)
{
	for (size_t i = 0; i < site->n_named; i++)
		if (strcmp(site->named[i], id) == 0)
			return true;
	return false;
}

/* 0, < 0. */
static int site_node(struct reads *r, struct site *site, struct cards *c, const char *id)
{
	char dir[4096], name[NODE_ID_MAX + 8];
	bool named = site_named(site, id);
	struct arena a;
	struct buf out;
	struct view v;
	int rc;

	if (!site->all && !named)
		return 0;
	arena_init(&a);
	rc = r->rows->view(r->rows, id, VIEW_FULL, &a, &v);
	if (rc > 0 && (named || !(v.head.private_ || v.head.drill))) {
		buf_init(&out, EXPORT_MAX);
		export_html(&out, &v, "../");
		snprintf(dir, sizeof(dir), "%s/" PAGES, site->dir);
		snprintf(name, sizeof(name), "%s.html", id);
		put(site, dir, name, &out);
		buf_release(&out);
		card_add(c, &v);
	}
	arena_release(&a);
	return rc < 0 ? rc : 0;
}

/* ---- all of them ---- */

static int site_nodes(struct reads *r, struct site *site, struct cards *c)
{
	const char *ids[IDS_MOST];
	char after[NODE_ID_MAX] = "";
	struct arena a;
	int n, rc = 0;

	arena_init(&a);
	while (!rc && !site->why.len && (n = r->ids(r, after, &a, ids, IDS_MOST)) != 0) {
		rc = n < 0 ? n : 0;
		for (int i = 0; i < n && !rc && !site->why.len; i++)
			rc = site_node(r, site, c, ids[i]);
		if (n > 0)
			snprintf(after, sizeof(after), "%s", ids[n - 1]);
		arena_release(&a);
	}
	arena_release(&a);
	return rc;
}

static int card_order(const void *id, const void *card)
{
	return strcmp(id, ((const struct card *)card)->id);
}

static int card_id_order(const void *a, const void *b)
{
	return strcmp(((const struct card *)a)->id, ((const struct card *)b)->id);
}

static int card_time_order(const void *a, const void *b)
{
	const struct card *x = a, *y = b;

	if (x->declared_at != y->declared_at)
		return x->declared_at < y->declared_at ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* A page of ours, "INCIDENT-2026-042.html", which isn't shown any more. */
static bool page_is_old(const struct card *sorted, size_t count, const char *name)
{
	struct node_name node;
	size_t len = strlen(name), end = strlen(".html");
	char id[NODE_ID_MAX];

	if (len <= end || len - end >= sizeof(id) || strcmp(name + len - end, ".html") != 0)
		return false;
	snprintf(id, sizeof(id), "%.*s", (int)(len - end), name);
	if (strncmp(id, "INCIDENT-", 9) != 0 || node_name_read(id, strlen(id), &node) != 0)
		return false;
	return !bsearch(id, sorted, count, sizeof(*sorted), card_order);
}

/* What was public once and is left out now must not stay to be read. */
static void old_pages_remove(struct site *site, const struct cards *c)
{
	struct card *sorted = alloc_more(NULL, c->count + 1, sizeof(*sorted));
	char path[4096];
	struct dirent *e;
	DIR *dir;

	if (c->count)
		memcpy(sorted, c->list, c->count * sizeof(*sorted));
	qsort(sorted, c->count, sizeof(*sorted), card_id_order);
	snprintf(path, sizeof(path), "%s/" PAGES, site->dir);
	dir = opendir(path);
	while (dir && (e = readdir(dir)))
		if (page_is_old(sorted, c->count, e->d_name)) {
			unlinkat(dirfd(dir), e->d_name, 0);
			site->written++;
		}
	if (dir)
		closedir(dir);
	free(sorted);
}

static void site_pages(struct site *site, const struct cards *c)
{
	static const struct {
		const char *name;
		void (*write)(struct buf *out, const struct cards *c);
	} pages[] = {
		{ "index.html", site_index },
		{ "search.html", site_search },
		{ "statistics.html", site_statistics },
	};
	struct buf out;

	for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++) {
		buf_init(&out, (size_t)2 << 30);
		pages[i].write(&out, c);
		put(site, site->dir, pages[i].name, &out);
		buf_release(&out);
	}
}

int site_read(struct reads *r, struct job *job)
{
	struct site *site = job->found;
	struct cards c = { .statistics.to = INT64_MAX };
	int rc;

	site->count = site->written = 0;
	arena_init(&c.arena);
	if (mkdir(site->dir, 0777) != 0 && errno != EEXIST)
		site_failed(&site->why, site->dir);
	rc = site->why.len ? 0 : site_nodes(r, site, &c);
	if (!rc && !site->why.len) {
		if (c.count) /* an archive that was imported has its numbers late */
			qsort(c.list, c.count, sizeof(*c.list), card_time_order);
		statistics_end(&c.statistics);
		site_pages(site, &c);
		old_pages_remove(site, &c);
	}
	site->count = c.count;
	statistics_release(&c.statistics);
	free(c.list);
	arena_release(&c.arena);
	return rc;
}
