/* `aliosbot export`: incidents as documents, on standard output, in a file, in a directory, or as a site. */
#include "bot/shell_private.h"

#include "adapters/export/export.h"
#include "adapters/export/site.h"

#include <errno.h>
#include <sys/stat.h>

#define IDS_MOST 256 /* read at a time */

struct exporting {
	enum export_format format;
	FILE *to; /* all in one; NULL: each in a file of its own, in `dir` */
	const char *dir;
	struct arena *a;      /* the shell's */
	const char **named;   /* IDs, in the order in which they were named */
	size_t n_named, done; /* documents written */
	struct buf why;	      /* what couldn't be written */
};

/* ---- one ---- */

static bool is_named(const struct exporting *x, const char *id)
{
	for (size_t i = 0; i < x->n_named; i++)
		if (strcmp(x->named[i], id) == 0)
			return true;
	return false;
}

/* What people get to read leaves private incidents and exercises out, unless they are named; what is to be imported is all. */
static int is_left_out(struct reads *r, const struct exporting *x, const char *id)
{
	struct arena a;
	struct head h;
	int rc;

	if (x->format == EXPORT_JSON || is_named(x, id))
		return 0;
	arena_init(&a);
	rc = r->rows->node_id(r->rows, id, &a, &h);
	arena_release(&a);
	return rc > 0 ? h.private_ || h.drill : rc;
}

static int one_put(struct exporting *x, const char *id, const struct buf *out)
{
	const char *s = out->s, *end;
	char name[NODE_ID_MAX + 8];

	if (!x->to) {
		snprintf(name, sizeof(name), "%s.%s", id, export_format_name(x->format));
		return site_put(x->dir, name, out, &x->why) < 0 ? -1 : 0;
	}
	if (x->format == EXPORT_MD && x->done)
		fputs("\n", x->to);
	if (x->format == EXPORT_CSV && x->done && (end = strchr(s, '\n')))
		s = end + 1; /* one head is enough */
	fwrite(s, 1, out->len - (size_t)(s - out->s), x->to);
	return ferror(x->to) ? -1 : 0;
}

/* 0, < 0 a fault of the store's; x->why: of the disk. */
static int one(struct reads *r, struct exporting *x, const char *id)
{
	struct arena a;
	struct buf out;
	int rc;

	arena_init(&a);
	buf_init(&out, EXPORT_MAX);
	rc = export_node(r, id, x->format, &a, &out);
	if (rc > 0 && one_put(x, id, &out) != 0 && !x->why.len)
		buf_addf(&x->why, "I can't write the output: %s.", strerror(errno));
	x->done += rc > 0;
	buf_release(&out);
	arena_release(&a);
	return rc < 0 ? rc : 0;
}

/* ---- all, and those that were named ---- */

static int all_read(struct reads *r, struct job *job)
{
	const char **ids = arena_alloc(&job->arena, IDS_MOST * sizeof(*ids)), *after = "";
	struct exporting *x = job->found;
	int n, rc = 0;

	while (!rc && !x->why.len && (n = r->ids(r, after, &job->arena, ids, IDS_MOST)) != 0) {
		rc = n < 0 ? n : 0;
		for (int i = 0; i < n && rc >= 0 && !x->why.len; i++) {
			rc = is_left_out(r, x, ids[i]);
			rc = rc ? rc : one(r, x, ids[i]);
			rc = rc < 0 ? rc : 0;
		}
		after = n > 0 ? ids[n - 1] : after;
	}
	return rc;
}

static int named_read(struct reads *r, struct job *job)
{
	struct exporting *x = job->found;
	int rc = 0;

	for (size_t i = 0; i < x->n_named && !rc && !x->why.len; i++)
		rc = one(r, x, x->named[i]);
	return rc;
}

struct naming {
	struct shell *sh;
	struct exporting *x;
	const char *unknown;
};

/* What was typed, as IDs. */
static int names_read(struct reads *r, struct job *job)
{
	struct naming *n = job->found;
	struct node_name name;
	struct head h;
	int rc;

	for (int i = 1; i < n->sh->argc && !n->unknown; i++) {
		rc = node_name_read(n->sh->argv[i], strlen(n->sh->argv[i]), &name)
			     ? 0
			     : r->rows->node_named(r->rows, &name, &job->arena, &h);
		if (rc < 0)
			return rc;
		if (rc == 0)
			n->unknown = n->sh->argv[i];
		else
			n->x->named[n->x->n_named++] = arena_strdup(n->x->a, h.id);
	}
	return 0;
}

/* ---- where to ---- */

static bool is_dir(const char *path)
{
	struct stat st;
	size_t len = strlen(path);

	return (len && path[len - 1] == '/') || (stat(path, &st) == 0 && S_ISDIR(st.st_mode));
}

static int export_fault(struct shell *sh, struct store *s)
{
	return shell_fail(SHELL_STORAGE, "I can't read %s: %s", sh->db, store_problem(s));
}

static int export_read(struct shell *sh, struct store *s, struct exporting *x)
{
	if (shell_read(s, sh->all ? all_read : named_read, x) < 0)
		return export_fault(sh, s);
	if (x->why.len)
		return shell_fail(SHELL_STORAGE, "%s", x->why.s);
	return SHELL_DONE;
}

/* Under another name first, so that nobody reads half of it. */
static int into_file(struct shell *sh, struct store *s, struct exporting *x)
{
	const char *tmp = arena_printf(&sh->arena, "%s.tmp", sh->output);
	int code;

	x->to = fopen(tmp, "we");
	if (!x->to)
		return shell_fail(SHELL_STORAGE, "I can't write %s: %s.", tmp, strerror(errno));
	code = export_read(sh, s, x);
	if ((fclose(x->to) != 0 || (code == SHELL_DONE && rename(tmp, sh->output) != 0)) &&
	    code == SHELL_DONE)
		code = shell_fail(SHELL_STORAGE, "I can't write %s: %s.", sh->output,
				  strerror(errno));
	if (code != SHELL_DONE)
		remove(tmp);
	return code;
}

static int into_site(struct shell *sh, struct store *s, struct exporting *x)
{
	struct site site = {
		.dir = sh->output, .all = sh->all, .named = x->named, .n_named = x->n_named
	};
	int code = SHELL_DONE;

	buf_init(&site.why, BUF_ROOMY);
	if (shell_read(s, site_read, &site) < 0)
		code = export_fault(sh, s);
	else if (site.why.len)
		code = shell_fail(SHELL_STORAGE, "%s", site.why.s);
	else
		printf("%zu %s in %s/index.html, %zu %s written.\n", site.count,
		       site.count == 1 ? "incident" : "incidents", sh->output, site.written,
		       site.written == 1 ? "file" : "files");
	buf_release(&site.why);
	return code;
}

static int export_to(struct shell *sh, struct store *s, struct exporting *x)
{
	bool many = sh->all || x->n_named > 1;

	if (x->format == EXPORT_HTML && many && !sh->output)
		return shell_fail(SHELL_USAGE,
				  "Several pages need a directory: aliosbot export --all --format "
				  "html -o DIR");
	if (!sh->output) {
		x->to = stdout;
		return export_read(sh, s, x);
	}
	if (x->format == EXPORT_HTML && many)
		return into_site(sh, s, x);
	if (!is_dir(sh->output))
		return into_file(sh, s, x);
	x->dir = sh->output;
	return export_read(sh, s, x);
}

int shell_word_export(struct shell *sh)
{
	int format = export_format_from(sh->format ? sh->format : sh->json ? "json" : "md");
	struct exporting x = { .a = &sh->arena };
	struct naming naming = { .sh = sh, .x = &x };
	struct store *s;
	int code;

	if (format < 0)
		return shell_fail(SHELL_USAGE,
				  "There is no format \"%s\". Use md, json, html or csv.",
				  sh->format);
	if (sh->argc < 2 && !sh->all)
		return shell_fail(SHELL_USAGE,
				  "Which incident? aliosbot export 42, or aliosbot export --all");
	code = shell_open_to_read(sh, &s);
	if (code != SHELL_DONE)
		return code;
	x.format = (enum export_format)format;
	x.named = arena_alloc(&sh->arena, (size_t)sh->argc * sizeof(*x.named));
	buf_init(&x.why, BUF_ROOMY);
	if (shell_read(s, names_read, &naming) < 0)
		code = export_fault(sh, s);
	else if (naming.unknown)
		code = shell_fail(SHELL_NO, "There is no incident %s. See `aliosbot list all`.",
				  naming.unknown);
	else
		code = export_to(sh, s, &x);
	if (code == SHELL_DONE && fflush(stdout) != 0)
		code = shell_fail(SHELL_STORAGE, "I can't write the output: %s.", strerror(errno));
	buf_release(&x.why);
	store_close(s);
	return code;
}
