#include "adapters/export/export.h"

#include "core/show/show.h"

void export_markdown(struct buf *out, const struct view *v)
{
	report_markdown(out, v, report_heading(&v->head));
}

static int export_whole(struct reads *r, const struct view *v, struct arena *a, struct buf *out)
{
	struct transfer t;
	int rc = r->transfer(r, v->head.id, a, &t);

	if (rc > 0)
		export_json(out, v, &t, a);
	return rc;
}

int export_node(struct reads *r, const char *node, enum export_format f, struct arena *a,
		struct buf *out)
{
	struct view v;
	int rc = r->rows->view(r->rows, node, VIEW_FULL, a, &v);

	if (rc <= 0)
		return rc;
	switch (f) {
	case EXPORT_MD:
		export_markdown(out, &v);
		break;
	case EXPORT_JSON:
		return export_whole(r, &v, a, out);
	case EXPORT_HTML:
		export_html(out, &v, NULL);
		break;
	case EXPORT_CSV:
		export_csv_head(out);
		export_csv_rows(out, &v);
		break;
	case EXPORT_FORMATS:
		break;
	}
	return 1;
}
