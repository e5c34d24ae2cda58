/* SPDX-License-Identifier: BSD-2-Clause */
/* The table that closes a run. */
#include <stdio.h>

#include "result.h"

json_t *result_read(const char *file)
{
	FILE *in = fopen(file, "rb");
	json_t *record = in ? json_read(in) : NULL;

	if (in) {
		fclose(in);
	}
	return record;
}

/* A row, indented beneath a heading or not; absent keys are 0. */
static void row(const char *label, const json_t *object, const char *key)
{
	fprintf(stderr, "%-24s %14lld\n", label, json_int(object, key));
}

static void show_exits(const json_t *record)
{
	json_t *exits = json_object_get(record, "exits"), *count;
	long long total = json_int(record, "exits_total");
	const char *cause;

	fprintf(stderr, "\n%-24s %14s %7s\n", "exits by cause", "count",
		"share");
	json_object_foreach(exits, cause, count)
	{
		long long n = json_integer_value(count);

		if (n) {
			fprintf(stderr, "  %-22s %14lld %6.1f%%\n", cause, n,
				total ? 100.0 * (double)n / (double)total : 0);
		}
	}
	row("  all", record, "exits_total");
}

static void show_interrupts(const json_t *record)
{
	static const char *const kinds[] = { "sgi", "ppi", "spi", "lpi" };
	json_t *injected = json_object_get(record, "injected");
	json_t *delivered = json_object_get(record, "delivered");

	fprintf(stderr, "%-24s %14s %14s\n", "interrupts", "injected",
		"delivered");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		fprintf(stderr, "  %-22s %14lld %14lld\n", kinds[i],
			json_int(injected, kinds[i]),
			json_int(delivered, kinds[i]));
	}
}

/*
 * Rows of what only some runs have: devices passed through, a GICv5 guest's
 * code that is looked through for instructions to patch, --torture.
 */
static void show_optional(const json_t *record)
{
	static const struct {
		const char *key, *inner, *label;
	} rows[] = {
		{ "passed_through", NULL, "interrupts of hardware" },
		{ "scan", "pages", "pages looked through" },
		{ "scan", "words", "words patched" },
		{ "scan", "writes", "pages written again" },
		{ "scan", "steps", "stores stepped" },
		{ "snapshots", NULL, "snapshots restored" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const json_t *there = json_object_get(record, rows[i].key);

		if (there) {
			row(rows[i].label, rows[i].inner ? there : record,
			    rows[i].inner ? rows[i].inner : rows[i].key);
		}
	}
}

void result_show(const json_t *record, bool icount)
{
	static const struct {
		const char *key, *label;
	} rows[] = {
		{ "lr_peak", "list registers, peak" },
		{ "overflows", "overflows" },
		{ "eoicount", "EOIs counted" },
		{ "aborts", "accesses to nowhere" },
		{ "guest_errors", "guest errors ignored" },
		{ "invariant_checks", "invariant checks" },
		{ "invariant_failures", "invariant failures" },
	};
	long long frequency = json_int(record, "cntfrq");
	long long exits = json_int(record, "exits_total");

	show_exits(record);
	show_interrupts(record);
	show_optional(record);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row(rows[i].label, record, rows[i].key);
	}
	/* With -icount shift=0 an instruction takes a nanosecond. */
	if (icount && frequency && exits) {
		fprintf(stderr, "%-24s %14.0f\n", "EL2 instructions/exit",
			(double)json_int(record, "el2_ticks") * 1e9 /
				(double)frequency / (double)exits);
	}
}
