#include "core/show/show.h"

/* From → to; IMPACT ends with `resolved` where `mitigated` was never marked. */
static const struct {
	const char *name, *label;
	enum marker from, to;
} spans[DURATIONS] = {
	[DURATION_DETECT] = { "detect", "Detect", MARKER_BEGAN, MARKER_DETECTED },
	[DURATION_ACKNOWLEDGE] = { "acknowledge", "Acknowledge", MARKER_DETECTED,
				   MARKER_ACKNOWLEDGED },
	[DURATION_DECLARE] = { "declare", "Declare", MARKER_DETECTED, MARKER_DECLARED },
	[DURATION_IDENTIFY] = { "identify", "Identify", MARKER_DETECTED, MARKER_IDENTIFIED },
	[DURATION_MITIGATE] = { "mitigate", "Mitigate", MARKER_DETECTED, MARKER_MITIGATED },
	[DURATION_RESOLVE] = { "resolve", "Resolve", MARKER_DETECTED, MARKER_RESOLVED },
	[DURATION_IMPACT] = { "impact", "Impact", MARKER_BEGAN, MARKER_MITIGATED },
};

const char *duration_name(enum duration d)
{
	return spans[d].name;
}

const char *duration_label(enum duration d)
{
	return spans[d].label;
}

/* A marker as it is named in a definition: the declaration, where it stands for the detection. */
static const char *defined(enum marker m, bool from_declared)
{
	return marker_name(from_declared && m == MARKER_DETECTED ? MARKER_DECLARED : m);
}

void duration_defined(struct buf *out, enum duration d, bool from_declared)
{
	buf_addf(out, "%s → %s%s", defined(spans[d].from, from_declared),
		 defined(spans[d].to, from_declared), d == DURATION_IMPACT ? " or resolved" : "");
}

/* The marker that stands for m here: `declared` for an unmarked `detected`. */
static enum marker standing_for(const struct durations *d, enum marker m)
{
	return m == MARKER_DETECTED && d->detected_is_declared ? MARKER_DECLARED : m;
}

void durations_of(const struct head *h, struct durations *d)
{
	const struct marked *marks = h->markers;
	int i;

	*d = (struct durations){
		.detected_is_declared = !marks[MARKER_DETECTED].n && marks[MARKER_DECLARED].n,
	};
	for (i = 0; i < DURATIONS; i++) {
		const struct marked *from = &marks[standing_for(d, spans[i].from)];
		const struct marked *to = &marks[standing_for(d, spans[i].to)];

		if (i == DURATION_IMPACT && !to->n) {
			to = &marks[MARKER_RESOLVED];
			d->impact_till_resolved = true;
		}
		if (!from->n || !to->n)
			continue;
		d->ms[i] = to->at - from->at;
		d->state[i] = d->ms[i] < 0 ? DURATION_OUT_OF_ORDER : DURATION_SET;
	}
}

static void write_one(struct buf *out, const struct durations *d, enum duration i)
{
	buf_addf(out, "- %s: ", spans[i].label);
	if (d->state[i] == DURATION_OUT_OF_ORDER)
		buf_adds(out, "markers out of order\n");
	if (d->state[i] != DURATION_SET)
		return;
	civil_duration(out, d->ms[i]);
	buf_addf(out, " (%s → %s)\n", marker_name(standing_for(d, spans[i].from)),
		 marker_name(i == DURATION_IMPACT && d->impact_till_resolved
				     ? MARKER_RESOLVED
				     : standing_for(d, spans[i].to)));
}

/* A declaration that stands in for the detection says nothing about itself. */
static bool is_said(const struct durations *d, int i)
{
	return d->state[i] != DURATION_UNSET && !(i == DURATION_DECLARE && d->detected_is_declared);
}

void durations_line(struct buf *out, const struct durations *d)
{
	const char *before = "";

	for (int i = 0; i < DURATIONS; i++) {
		if (!is_said(d, i))
			continue;
		buf_addf(out, "%s%s ", before, spans[i].label);
		if (d->state[i] == DURATION_SET)
			civil_duration(out, d->ms[i]);
		else
			buf_adds(out, "? (markers out of order)");
		before = " · ";
	}
	if (*before && d->detected_is_declared)
		buf_adds(out, " (counted from the declaration)");
}

void durations_write(struct buf *out, const struct durations *d)
{
	size_t begin = out->len;
	int i;

	for (i = 0; i < DURATIONS; i++)
		if (is_said(d, i))
			write_one(out, d, (enum duration)i);
	if (d->detected_is_declared)
		buf_adds(out, "- Detection time unknown; the declaration time is used\n");
	if (out->len == begin)
		buf_adds(out, "- None: each needs two markers\n");
}
