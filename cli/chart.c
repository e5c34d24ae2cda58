/* SPDX-License-Identifier: BSD-2-Clause */
/* Charts, in SVG 1.1 without scripts or fonts of its own. */
#include "chart.h"

#include "say.h"

#define BAR 14 /* height of a bar with the gap below it */
#define GROUP_GAP 12
#define TOP 70	   /* title and legend */
#define BOTTOM 30  /* the scale */
#define LEFT 190   /* names of groups */
#define RIGHT 70   /* the last bar's figure */
#define DECADE 170 /* width of a power of ten */
#define LEGEND 125 /* width of a name there */

/* Told apart without colour vision, too (Okabe and Ito, 2008). */
static const char *const colours[CHART_SERIES] = {
	"#0072b2", "#999999", "#e69f00", "#d55e00",
	"#f0e442", "#cc79a7", "#009e73", "#56b4e9",
};

void chart_series(struct chart *c, const char *name)
{
	if (c->nr_series == CHART_SERIES) {
		die(STATUS_FAILED, "too many columns for a picture");
	}
	c->series[c->nr_series++] = name;
}

void chart_group(struct chart *c, const char *name)
{
	if (c->nr_groups == CHART_GROUPS) {
		die(STATUS_FAILED, "too many rows for a picture");
	}
	c->groups[c->nr_groups++] = name;
	c->filled = 0;
}

void chart_value(struct chart *c, double value)
{
	c->values[c->nr_groups - 1][c->filled++] = value;
}

/*
 * The decimal logarithm of 1 or more, to far less than a pixel: squaring a
 * number doubles its logarithm, and so brings out the next binary digit.
 */
static double log10_of(double value)
{
	double log = 0, bit = 1;

	while (value >= 10) {
		value /= 10;
		log++;
	}
	for (int i = 0; i < 20; i++) {
		value *= value;
		bit /= 2;
		if (value >= 10) {
			value /= 10;
			log += bit;
		}
	}
	return log;
}

static int decades_of(const struct chart *c)
{
	double most = 10;
	int decades = 0;

	for (size_t g = 0; g < c->nr_groups; g++) {
		for (size_t s = 0; s < c->nr_series; s++) {
			most = c->values[g][s] > most ? c->values[g][s] : most;
		}
	}
	while (most > 1) {
		most /= 10;
		decades++;
	}
	return decades;
}

static int group_height(const struct chart *c)
{
	return (int)c->nr_series * BAR + GROUP_GAP;
}

static void write_legend(const struct chart *c, FILE *out)
{
	fprintf(out, "<text x=\"10\" y=\"22\" font-size=\"15\">%s</text>\n",
		c->title);
	for (size_t s = 0; s < c->nr_series; s++) {
		int x = 10 + (int)s * LEGEND;

		fprintf(out,
			"<rect x=\"%d\" y=\"36\" width=\"12\" "
			"height=\"12\" fill=\"%s\"/>\n<text x=\"%d\" "
			"y=\"47\">%s</text>\n",
			x, colours[s], x + 17, c->series[s]);
	}
}

static void write_scale(const struct chart *c, FILE *out, int decades)
{
	int end = TOP + (int)c->nr_groups * group_height(c);
	long power = 1;

	for (int i = 0; i <= decades; i++, power *= 10) {
		int x = LEFT + i * DECADE;

		fprintf(out,
			"<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" "
			"stroke=\"#ccc\"/>\n<text x=\"%d\" y=\"%d\" "
			"text-anchor=\"middle\">%ld</text>\n",
			x, TOP - 6, x, end, x, end + 16, power);
	}
}

static void write_group(const struct chart *c, FILE *out, size_t g)
{
	int y = TOP + (int)g * group_height(c);

	fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n",
		LEFT - 8, y + (group_height(c) - GROUP_GAP) / 2 + 4,
		c->groups[g]);
	for (size_t s = 0; s < c->nr_series; s++, y += BAR) {
		double value = c->values[g][s];
		double width = log10_of(value) * DECADE;

		if (value <= 0) {
			continue;
		}
		fprintf(out,
			"<rect x=\"%d\" y=\"%d\" width=\"%.1f\" "
			"height=\"%d\" fill=\"%s\"/>\n<text x=\"%.1f\" "
			"y=\"%d\">%.0f</text>\n",
			LEFT, y, width + 1, BAR - 2, colours[s],
			LEFT + width + 5, y + BAR - 4, value);
	}
}

bool chart_write(const struct chart *c, FILE *out)
{
	int decades = decades_of(c);
	int bars = LEFT + decades * DECADE + RIGHT;
	int legend = 10 + (int)c->nr_series * LEGEND;
	int height = TOP + (int)c->nr_groups * group_height(c) + BOTTOM;

	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
		"height=\"%d\" font-family=\"sans-serif\" "
		"font-size=\"11\">\n<rect width=\"100%%\" height=\"100%%\" "
		"fill=\"#fff\"/>\n",
		bars > legend ? bars : legend, height);
	write_legend(c, out);
	write_scale(c, out, decades);
	for (size_t g = 0; g < c->nr_groups; g++) {
		write_group(c, out, g);
	}
	return fputs("</svg>\n", out) >= 0 && fflush(out) == 0;
}
