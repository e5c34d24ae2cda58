/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The longest stretch of each public function, over programs that were
 * compiled to count (count.c): hostile guests as large as they come (worst.c),
 * the differential tests, the inputs that fuzzing has kept.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Instructions for each basic block that is counted.  callgrind found 2.6 to
 * 3.5 in calls that work long (vgic-worst v3 on the library as it is built for
 * users: vgic_enter(), vgic_pending(), vgic_trap_mmio()), and up to 5.5 in
 * short ones.
 */
#define PER_BLOCK 3.5
/* 100 us, at an instruction each nanosecond. */
#define LIMIT 100000u
#define MAX_FUNCTIONS 512u
#define MAX_NAME 64u

/* The public functions, from the headers. */
static const char *const names[] = {
#include "public.inc"
};

#define NR_NAMES (sizeof(names) / sizeof(names[0]))

/*
 * Those that no guest may make work long: traps, entries, injections, and what
 * is called while a vCPU runs.  All others are for a VM that does not run.
 */
/* clang-format off */
static const char *const limited[] = {
	"vgic_trap_mmio", "vgic_trap_sysreg", "vgic_trap_sysreg_entered",
	"vgic_trap_usual", "vgic_trap_usual_pend", "vgic_reenter_usual",
	"vgic_enter", "vgic_exit", "vgic_load", "vgic_put", "vgic_put_wfi",
	"vgic_pending", "vgic_signals", "vgic_irq_asserted",
	"vgic_fiq_asserted", "vgic_inject_irq", "vgic_inject_msi",
	"vgic_check_msi", "vgic_find_its", "vgic_vcpu_reset",
	"vgic_get_irq_info", "vgic_get_stats", "vgic_get_its_stats",
	"vgic_kvm_irq_line", "vgic_kvm_signal_msi", "vgic_kvm_irqfd_signal",
};
/* clang-format on */

/* Programs, their arguments, and whether a short run has them. */
static const struct program {
	const char *name, *path, *arguments;
	bool brief;
} programs[] = {
	{ "worst v2", WORST, "v2", true },
	{ "worst v3", WORST, "v3", true },
	{ "worst its", WORST, "its", true },
	{ "worst v5", WORST, "v5", true },
	{ "diff, 1 LR", DIFF, "--seed 1 --steps 50000 --lrs 1 --hostile",
	  false },
	{ "diff, 2 LRs", DIFF, "--seed 1 --steps 50000 --lrs 2", false },
	{ "diff, 4 LRs", DIFF, "--seed 1 --steps 50000 --lrs 4 --hostile",
	  false },
	{ "diff, 16 LRs", DIFF, "--seed 1 --steps 50000 --lrs 16", false },
	{ "diff, soft", DIFF, "--seed 1 --steps 50000 --backend soft", false },
	{ "diff, GICH", DIFF, "--seed 1 --steps 50000 --backend gich --lrs 4",
	  false },
	{ "diff, GICv2 soft", DIFF, "--seed 1 --steps 50000 --backend soft-v2",
	  false },
	{ "diff, v5 PE", DIFF, "--seed 1 --steps 50000 --backend model-v5",
	  false },
	{ "diff, v5 soft", DIFF, "--seed 1 --steps 50000 --backend soft-v5",
	  false },
	{ "diff, v5 hostile", DIFF, "--hostile --steps 50000 --backend any-v5",
	  false },
	{ "fuzz, stream", STREAM, STREAM_CORPUS, false },
};

#define NR_PROGRAMS (sizeof(programs) / sizeof(programs[0]))

struct longest {
	uint64_t blocks, calls, total;
	const struct program *of;
	char label[MAX_NAME];
};

static struct longest found[NR_NAMES];

static void die(const char *what)
{
	fprintf(stderr, "vgic-latency: %s\n", what);
	exit(1);
}

static void add(const struct program *of, const char *name,
		const struct longest *l)
{
	for (size_t i = 0; i < NR_NAMES; i++) {
		if (strcmp(names[i], name)) {
			continue;
		}
		found[i].calls += l->calls;
		found[i].total += l->total;
		if (l->blocks > found[i].blocks) {
			found[i].blocks = l->blocks;
			found[i].of = of;
			memcpy(found[i].label, l->label, MAX_NAME);
		}
	}
}

static void take_in(const struct program *of, const char *path)
{
	FILE *in = fopen(path, "r");
	struct longest l = { 0 };
	char name[MAX_NAME];

	if (!in) {
		die("a program counted nothing");
	}
	while (fscanf(in, "%63s %" SCNu64 " %" SCNu64 " %" SCNu64 " %63[^\n]",
		      name, &l.blocks, &l.calls, &l.total, l.label) == 5) {
		add(of, name, &l);
	}
	fclose(in);
}

static void run(const struct program *p)
{
	char out[] = "/tmp/vgic-latency.XXXXXX", command[512];
	int fd = mkstemp(out);

	if (fd < 0) {
		die(strerror(errno));
	}
	close(fd);
	setenv("VGIC_LATENCY", out, 1);
	snprintf(command, sizeof(command), "exec %s %s >/dev/null", p->path,
		 p->arguments);
	fprintf(stderr, "vgic: counting, %s\n", p->name);
	if (system(command)) {
		die(command);
	}
	take_in(p, out);
	unlink(out);
}

static bool is_limited(const char *name)
{
	for (size_t i = 0; i < sizeof(limited) / sizeof(limited[0]); i++) {
		if (!strcmp(limited[i], name)) {
			return true;
		}
	}
	return false;
}

static uint64_t instructions(const struct longest *l)
{
	return (uint64_t)((double)l->blocks * PER_BLOCK);
}

static bool is_over(size_t i)
{
	return is_limited(names[i]) && instructions(&found[i]) > LIMIT;
}

static void show_part(bool which)
{
	for (size_t i = 0; i < NR_NAMES; i++) {
		const struct longest *f = &found[i];

		if (f->calls && is_limited(names[i]) == which) {
			printf("%-28s%12" PRIu64 "%12" PRIu64 "  %s: %s%s\n",
			       names[i], instructions(f), f->calls,
			       f->of ? f->of->name : "-", f->label,
			       is_over(i) ? "  over" : "");
		}
	}
}

static void show(void)
{
	printf("%-28s%12s%12s  longest in\n", "at most 100000 instructions",
	       "longest", "calls");
	show_part(true);
	printf("%-28s\n", "\nfor a VM that is stopped");
	show_part(false);
}

static void show_json(void)
{
	const char *comma = "";

	printf("{\"instructions_per_block\": %.1f, \"limit\": %u, "
	       "\"functions\": {",
	       PER_BLOCK, LIMIT);
	for (size_t i = 0; i < NR_NAMES; i++) {
		const struct longest *f = &found[i];

		if (f->calls) {
			printf("%s\"%s\": {\"longest\": %" PRIu64
			       ", \"calls\": %" PRIu64
			       ", \"limited\": %s, \"in\": \"%s: %s\"}",
			       comma, names[i], instructions(f), f->calls,
			       is_limited(names[i]) ? "true" : "false",
			       f->of ? f->of->name : "-", f->label);
			comma = ", ";
		}
	}
	printf("}}\n");
}

static bool anything_over(void)
{
	bool over = false;

	for (size_t i = 0; i < NR_NAMES; i++) {
		over |= is_over(i);
	}
	return over;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "brief", no_argument, NULL, 'b' },
		{ NULL, 0, NULL, 0 },
	};
	bool json = false, brief = false;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'j') {
			json = true;
		} else if (c == 'b') {
			brief = true;
		} else {
			return 2;
		}
	}
	for (size_t i = 0; i < NR_PROGRAMS; i++) {
		if (programs[i].brief || !brief) {
			run(&programs[i]);
		}
	}
	if (json) {
		show_json();
	} else {
		show();
	}
	return anything_over();
}
