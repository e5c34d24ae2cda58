/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "result.h"
#include "say.h"

/* The record is a few hundred bytes; the flash behind it 64 MiB. */
#define RECORD_MAX 65536

struct result {
	json_t *root;
};

static long long number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

struct result *result_read(const char *file)
{
	char *buffer = malloc(RECORD_MAX);
	struct result *r = malloc(sizeof(*r));
	FILE *in = fopen(file, "rb");
	size_t len = 0;

	if (!buffer || !r) {
		die(STATUS_NO_SETUP, "out of memory");
	}
	if (in) {
		len = fread(buffer, 1, RECORD_MAX - 1, in);
		fclose(in);
	}
	buffer[len] = 0;
	r->root = json_loads(buffer, 0, NULL);
	free(buffer);
	if (!json_is_object(r->root)) {
		json_decref(r->root);
		free(r);
		return NULL;
	}
	return r;
}

enum record_exit result_exit(const struct result *r)
{
	return (enum record_exit)number(r->root, "exit");
}

const char *result_reason(const struct result *r)
{
	return json_string_value(json_object_get(r->root, "reason"));
}

bool result_reset(const struct result *r)
{
	return json_is_true(json_object_get(r->root, "reset"));
}

long result_invariant_failures(const struct result *r)
{
	return (long)number(r->root, "invariant_failures");
}

long long result_number(const struct result *r, const char *group,
			const char *key)
{
	return number(group ? json_object_get(r->root, group) : r->root, key);
}

static void show_exits(const json_t *root)
{
	json_t *exits = json_object_get(root, "exits"), *count;
	long long total = number(root, "exits_total");
	const char *cause;

	fprintf(stderr, "\n%-24s %14s %7s\n", "exits by cause", "count",
		"share");
	json_object_foreach(exits, cause, count) {
		long long n = json_integer_value(count);

		if (n) {
			fprintf(stderr, "  %-22s %14lld %6.1f%%\n", cause, n,
				total ? 100.0 * (double)n / (double)total : 0);
		}
	}
	fprintf(stderr, "  %-22s %14lld\n", "all", total);
}

static void show_interrupts(const json_t *root)
{
	static const char *const kinds[] = { "sgi", "ppi", "spi", "lpi" };
	json_t *injected = json_object_get(root, "injected");
	json_t *delivered = json_object_get(root, "delivered");

	fprintf(stderr, "%-24s %14s %14s\n", "interrupts", "injected",
		"delivered");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		fprintf(stderr, "  %-22s %14lld %14lld\n", kinds[i],
			number(injected, kinds[i]),
			number(delivered, kinds[i]));
	}
}

static void show_scan(const json_t *root)
{
	static const struct {
		const char *key, *label;
	} rows[] = {
		{ "pages", "pages looked through" },
		{ "words", "words patched" },
		{ "writes", "pages written again" },
		{ "steps", "stores stepped" },
	};
	json_t *scan = json_object_get(root, "scan");

	for (size_t i = 0; scan && i < sizeof(rows) / sizeof(rows[0]); i++) {
		fprintf(stderr, "%-24s %14lld\n", rows[i].label,
			number(scan, rows[i].key));
	}
}

static void show_passed_through(const json_t *root)
{
	static const char key[] = "passed_through";

	if (json_object_get(root, key)) {
		fprintf(stderr, "%-24s %14lld\n", "interrupts of hardware",
			number(root, key));
	}
}

/* Only of a run with --torture. */
static void show_snapshots(const json_t *root)
{
	const json_t *snapshots = json_object_get(root, "snapshots");

	if (snapshots) {
		fprintf(stderr, "%-24s %14lld\n", "snapshots restored",
			(long long)json_integer_value(snapshots));
	}
}

void result_show(const struct result *r, bool icount)
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
	long long frequency = number(r->root, "cntfrq");
	long long exits = number(r->root, "exits_total");

	show_exits(r->root);
	show_interrupts(r->root);
	show_passed_through(r->root);
	show_scan(r->root);
	show_snapshots(r->root);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fprintf(stderr, "%-24s %14lld\n", rows[i].label,
			number(r->root, rows[i].key));
	}
	/* With -icount shift=0 an instruction takes a nanosecond. */
	if (icount && frequency && exits) {
		fprintf(stderr, "%-24s %14.0f\n", "EL2 instructions/exit",
			(double)number(r->root, "el2_ticks") * 1e9 /
				(double)frequency / (double)exits);
	}
}

const char *result_save(const struct result *r, const char *file)
{
	if (json_dump_file(r->root, file, JSON_INDENT(2)) < 0) {
		return strerror(errno);
	}
	return NULL;
}
