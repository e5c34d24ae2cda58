/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `vgic bench --profile EVENT`: guest/bench on the hypervisor, with the plugin
 * bench/profile/plugin.c in QEMU, which counts each instruction between the
 * beginning and the end of a measurement.  Here its counts get the names of
 * functions, and phases theirs: which CPU, and what it left the guest for.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "files.h"
#include "run.h"
#include "symbols.h"

#define LIMIT_S 300
/* Instructions of an event that a function has to have to be shown. */
#define LEAST_SHOWN 0.05

/*
 * VBAR_EL2 points to four groups of four vectors of 128 bytes, DDI 0487 D1.3.1.
 * The kind of exception is the offset in a group.
 */
#define VECTOR_KIND 0x180u
#define VECTOR_SHIFT 7
#define VECTORS_SIZE 0x800u
static const char *const kinds[] = { "trap", "interrupt", "FIQ", "SError" };

/*
 * From which QEMU on which version of its interface for plugins is wanted, and
 * whether it says the right CPU: under -icount 11.1 says the one that
 * translated an instruction, for all that execute it; 9.0 is where that may
 * have begun.
 */
static const struct api {
	unsigned int qemu, version;
	bool blind;
} apis[] = { { 11, 7, true }, { 9, 2, true }, { 0, 1, false } };

struct programs {
	struct symbols hyp, guest;
	bool blind;	  /* the counts do not tell CPUs apart */
	uint64_t vectors; /* address of the hypervisor's */
};

/* The names of the events that guest/bench has printed, in order. */
struct events {
	const char *wanted;
	int count, wanted_at; /* -1: not seen */
};

static void on_line(struct child *c, const char *line)
{
	struct events *e = c->context;
	char name[32];
	long value;

	/* Figures with a dot are of other measurements. */
	if (sscanf(line, "bench: %31s %ld", name, &value) != 2 ||
	    strchr(name, '.')) {
		return;
	}
	if (!strcmp(name, e->wanted)) {
		e->wanted_at = e->count;
	}
	e->count++;
}

static char *range(const char *name, const struct symbol *s)
{
	return text(",%s=%" PRIx64 ":%" PRIx64, name, s->start, s->end);
}

/* From the first function to the last one of a program that ends in .text. */
static struct symbol whole(const struct symbols *s)
{
	return (struct symbol){ s->list[0].start,
				s->list[s->count - 1].start + 4096, NULL };
}

static const struct api *api_of(unsigned int qemu)
{
	const struct api *api = apis;

	while (qemu < api->qemu) {
		api++;
	}
	return api;
}

static char *plugin_argument(const struct programs *p, const struct api *api,
			     const char *out)
{
	struct symbol hyp = whole(&p->hyp), guest = whole(&p->guest);
	struct symbol vectors = { p->vectors, p->vectors + VECTORS_SIZE, NULL };

	return text("%s,out=%s,blind=%s%s%s%s%s%s%s",
		    project("build/host/bench/profile/vgic-profile-%u.so",
			    api->version),
		    out, api->blind ? "on" : "off", range("hyp", &hyp),
		    range("vectors", &vectors), range("guest", &guest),
		    range("edge", symbols_named(&p->guest, "counter_edge")),
		    range("after", symbols_named(&p->guest, "counter_after")),
		    range("report", symbols_named(&p->guest, "report")));
}

static struct programs read_programs(const struct launch *l)
{
	/* What the loader takes was made of the ELF file beside it. */
	char *guest = text("%.*self", (int)strlen(l->kernel) - 3, l->kernel);
	struct programs p = {
		.hyp = symbols_read(project("build/el2/hyp/vgic-hyp"), 0),
		.guest = symbols_read(guest, l->kernel_pa),
	};

	p.vectors = symbols_named(&p.hyp, "vectors")->start;
	return p;
}

static json_t *new_phase(const struct programs *p, unsigned int cpu,
			 uint64_t entry, double times)
{
	size_t kind = ((entry - p->vectors) & VECTOR_KIND) >> VECTOR_SHIFT;

	return json_pack("{so ss sf sf so}", "cpu",
			 p->blind ? json_null() : json_integer(cpu), "what",
			 entry ? kinds[kind] : "guest", "times", times,
			 "instructions", 0.0, "functions", json_object());
}

static void add_to(json_t *object, const char *key, double value)
{
	json_object_set_new(
		object, key,
		json_real(json_number_value(json_object_get(object, key)) +
			  value));
}

static void add_count(json_t *phase, const struct programs *p, uint64_t address,
		      double value)
{
	const struct symbol *s = symbols_at(&p->guest, address);

	s = s ? s : symbols_at(&p->hyp, address);
	add_to(phase, "instructions", value);
	add_to(json_object_get(phase, "functions"), s ? s->name : "?", value);
}

struct share {
	const char *name;
	double value;
};

static int descending(const void *a, const void *b)
{
	double x = ((const struct share *)a)->value;
	double y = ((const struct share *)b)->value;

	return (x < y) - (x > y);
}

/* The functions of a phase, those with the most instructions first. */
static void sort_functions(json_t *phase)
{
	json_t *functions = json_object_get(phase, "functions"), *value;
	json_t *sorted = json_object();
	struct share *list =
		calloc(json_object_size(functions) + 1, sizeof(*list));
	const char *name;
	size_t count = 0;

	if (!list) {
		die(STATUS_NO_SETUP, "out of memory");
	}
	json_object_foreach(functions, name, value)
	{
		list[count++] =
			(struct share){ name, json_number_value(value) };
	}
	qsort(list, count, sizeof(*list), descending);
	for (size_t i = 0; i < count; i++) {
		json_object_set_new(sorted, list[i].name,
				    json_real(list[i].value));
	}
	json_object_set_new(phase, "functions", sorted);
	free(list);
}

/* The phases of the event that stands in the file at this place. */
static json_t *read_event(FILE *in, const struct programs *p, int at)
{
	json_t *phases = json_array(), *phase = NULL;
	size_t i;
	char line[128];
	uint64_t address, number;
	double windows = 0;
	unsigned int cpu;

	while (at >= -1 && fgets(line, sizeof(line), in)) {
		if (sscanf(line, "event %" SCNu64, &number) == 1) {
			windows = (double)number;
			at--;
		} else if (at != -1 || windows == 0) {
			continue;
		} else if (sscanf(line, "phase %u %" SCNx64 " %" SCNu64, &cpu,
				  &address, &number) == 3) {
			phase = new_phase(p, cpu, address,
					  (double)number / windows);
			json_array_append_new(phases, phase);
		} else if (sscanf(line, "%" SCNx64 " %" SCNu64, &address,
				  &number) == 2) {
			add_count(phase, p, address, (double)number / windows);
		}
	}
	json_array_foreach(phases, i, phase)
	{
		sort_functions(phase);
	}
	return phases;
}

void profile_check(const struct bench_options *o)
{
	const struct figure *rows = bench_figures(o->gic);
	char *names = text("%s", "");

	for (const struct figure *f = rows; f->key; f++) {
		if (!strchr(f->key, '.')) {
			names = text("%s%s%s", names, *names ? ", " : "",
				     f->key);
		}
		if (!strcmp(f->key, o->profile) && !strchr(f->key, '.')) {
			return;
		}
	}
	die(STATUS_USAGE, "--profile %s: expected %s", o->profile, names);
}

static void run(const struct bench_options *o, struct launch *l,
		struct programs *p, struct events *e, const char *out)
{
	const struct api *api = api_of(launch_check(o->qemu));
	struct child c = {
		.progress = "counting each instruction on vgic",
		.limit = LIMIT_S,
		.line = on_line,
		.context = e,
	};

	p->blind = api->blind;
	if (p->blind) {
		say("QEMU since 9.0 does not tell plugins the right CPU: they "
		    "are counted as one");
	}
	l->plugin = plugin_argument(p, api, out);
	child_run(&c, launch_argv(l));
	if (c.status) {
		die(STATUS_NO_SETUP,
		    "%s: no profile, as this QEMU takes no "
		    "plugins (or not ours: see above)",
		    o->qemu);
	}
	if (e->wanted_at < 0) {
		die(STATUS_FAILED, "the guest did not measure %s", o->profile);
	}
}

void profile_measure(const struct bench_options *o, json_t *all)
{
	struct run_options r = bench_run(o, "bench");
	struct launch l = run_prepare(&r);
	struct programs p = read_programs(&l);
	struct events e = { .wanted = o->profile, .wanted_at = -1 };
	char *out = scratch("profile");
	FILE *in;

	run(o, &l, &p, &e, out);
	in = fopen(out, "r");
	if (!in) {
		die(STATUS_NO_SETUP, "%s: QEMU's plugin wrote nothing", out);
	}
	json_object_set_new(all, "event", json_string(o->profile));
	json_object_set_new(all, "gic", json_string(o->gic));
	json_object_set_new(all, "phases", read_event(in, &p, e.wanted_at));
	fclose(in);
}

static void show_phase(const json_t *phase)
{
	char *cpu = json_is_null(json_object_get(phase, "cpu")) ?
			    text("CPUs") :
			    text("CPU %lld", json_int(phase, "cpu"));
	json_t *value;
	const char *name;

	printf("%-38s%10.1f%10.2f\n",
	       text("%s, %s", cpu, json_text(phase, "what")),
	       json_number_value(json_object_get(phase, "instructions")),
	       json_number_value(json_object_get(phase, "times")));
	json_object_foreach(json_object_get(phase, "functions"), name, value)
	{
		if (json_number_value(value) >= LEAST_SHOWN) {
			printf("  %-36s%10.1f\n", name,
			       json_number_value(value));
		}
	}
}

void profile_show(const json_t *all)
{
	const json_t *phases = json_object_get(all, "phases"), *phase;
	double sum = 0;
	size_t i;

	printf("%-38s%10s%10s\n",
	       text("%s, GIC%s", json_text(all, "event"),
		    json_text(all, "gic")),
	       "instr.", "times");
	json_array_foreach(phases, i, phase)
	{
		double value = json_number_value(
			json_object_get(phase, "instructions"));

		if (value >= LEAST_SHOWN) {
			show_phase(phase);
		}
		sum += value;
	}
	printf("%-38s%10.1f\n", "all", sum);
}
