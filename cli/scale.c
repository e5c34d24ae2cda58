/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `vgic bench --scale`: bench/scale.c measures, and here each event is judged:
 * does it cost the same on every vGIC, and if not, why?
 */
#include <string.h>

#include "bench.h"

/* The most and the least of a flat event's figures differ by so much. */
#define FLAT 1.1

/* Of events that are not flat. */
static const struct {
	const char *event, *why;
} reasons[] = {
	{ "sgi", "a search for the cluster, a walk in it" },
	{ "sgi_all", "it is posted to each vCPU" },
};

static const char *why_not_flat(const json_t *event)
{
	const json_t *list = json_object_get(event, "instructions"), *value;
	double least = 0, most = 0;
	size_t i;

	json_array_foreach(list, i, value)
	{
		double n = json_number_value(value);

		least = n > 0 && (least == 0 || n < least) ? n : least;
		most = n > most ? n : most;
	}
	if (most <= FLAT * least) {
		return NULL;
	}
	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (!strcmp(reasons[i].event, json_text(event, "event"))) {
			return reasons[i].why;
		}
	}
	return "no reason is known";
}

void scale_measure(const struct bench_options *o, json_t *all)
{
	json_t *event;
	size_t i;

	(void)o;
	figures_of_host("--scale", NULL, all);
	json_array_foreach(json_object_get(all, "events"), i, event)
	{
		const char *why = why_not_flat(event);

		json_object_set_new(event, "flat", json_boolean(!why));
		if (why) {
			json_object_set_new(event, "why", json_string(why));
		}
	}
}

static void show_sizes(const json_t *all, const char *key)
{
	const json_t *size;
	size_t i;

	printf("%-24s", key);
	json_array_foreach(json_object_get(all, "sizes"), i, size)
	{
		printf("%8lld", json_int(size, key));
	}
	putchar('\n');
}

static void show_event(const json_t *event)
{
	const char *why = json_text(event, "why");
	const json_t *value;
	size_t i;

	printf("  %-22s", json_text(event, "label"));
	json_array_foreach(json_object_get(event, "instructions"), i, value)
	{
		if (json_integer_value(value)) {
			printf("%8lld", json_integer_value(value));
		} else {
			printf("%8s", "-");
		}
	}
	printf("  %s\n", why ? why : "flat");
}

void scale_show(const json_t *all)
{
	static const char *const keys[] = { "vcpus", "spis", "lpis",
					    "devices" };
	const json_t *event, *row;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		show_sizes(all, keys[i]);
	}
	printf("instructions of this host\n");
	json_array_foreach(json_object_get(all, "events"), i, event)
	{
		show_event(event);
	}
	printf("%-24s%10s%10s%10s\n", "injected to taken, ns", "p50", "p99",
	       "max");
	json_array_foreach(json_object_get(all, "contention"), i, row)
	{
		printf("  %lld %-20s%10.0f%10.0f%10.0f\n",
		       json_int(row, "injectors"), "injecting threads",
		       json_number_value(json_object_get(row, "p50_ns")),
		       json_number_value(json_object_get(row, "p99_ns")),
		       json_number_value(json_object_get(row, "max_ns")));
	}
}
