/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bar chart as SVG: a group of bars for each event, in it a bar for each
 * series, on a logarithmic scale from 1 on.
 */
#ifndef CLI_CHART_H
#define CLI_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define CHART_SERIES 8
#define CHART_GROUPS 24

/* Zero but for the title; then the functions below, in this order. */
struct chart {
	const char *title;
	const char *series[CHART_SERIES];
	const char *groups[CHART_GROUPS];
	double values[CHART_GROUPS][CHART_SERIES];
	size_t nr_series, nr_groups, filled;
};

/* Add a series; add a group; add the group's next value, 0 for none. */
void chart_series(struct chart *c, const char *name);
void chart_group(struct chart *c, const char *name);
void chart_value(struct chart *c, double value);

/* False: errno says why it cannot be written. */
bool chart_write(const struct chart *c, FILE *out);

#endif
