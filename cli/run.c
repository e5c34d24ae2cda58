/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console.h"
#include "files.h"
#include "guest.h"
#include "machine.h"
#include "result.h"
#include "run.h"
#include "say.h"

/*
 * How much longer than --timeout the hypervisor gets to make its own report
 * before QEMU is killed.
 */
#define TIMEOUT_GRACE_S 15

#define PAGE 4096ull

/* What the guest has said of its self-check. */
struct verdict {
	bool pass;
	bool fail;
};

static uint64_t round_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

/* Kernel at its offset; initrd as high as the device tree lets it. */
static void place(const struct run_options *o, const struct guest *g,
		  struct launch *l)
{
	uint64_t top = o->memory * MIB - GUEST_DTB_SIZE;
	uint64_t kernel_end = g->image.offset + g->image.footprint;
	uint64_t initrd_size = 0, needed;

	if (g->initrd) {
		struct bytes b = file_read("initrd", g->initrd);

		initrd_size = round_up(b.size, PAGE);
		free(b.data);
	}
	needed = round_up(kernel_end, PAGE) + initrd_size + GUEST_DTB_SIZE;
	if (needed > o->memory * MIB) {
		die(STATUS_USAGE, "--memory %u: too small for %s, which needs "
		    "at least %llu", o->memory, g->kernel,
		    (unsigned long long)(round_up(needed, MIB) / MIB));
	}
	l->kernel_pa = GUEST_RAM_PA + g->image.offset;
	l->initrd_pa = GUEST_RAM_PA + top - initrd_size;
}

static char *guest_bootargs(const struct run_options *o,
			    const struct guest *g)
{
	const char *append = o->append ? o->append : "";

	if (!g->linux_kernel) {
		return text("%s", append);
	}
	return text("console=ttyAMA0 panic=-1%s%s%s",
		    o->batch && g->self_check ? " vgic.batch" : "",
		    *append ? " " : "", append);
}

static char *hyp_args(const struct run_options *o)
{
	char *timeout = o->timeout ? text(" vgic.timeout=%u", o->timeout) :
				     text("%s", "");
	char *torture = o->torture ? text(" vgic.torture=%u", o->torture) :
				     text("%s", "");

	return text("vgic.vcpus=%u vgic.mem=%u vgic.gic=%s vgic.cpuif=%s"
		    "%s%s%s%s%s%s%s%s%s", o->vcpus, o->memory, o->gic, o->cpuif,
		    run_has_its(o) ? " vgic.its=on" : "", timeout, torture,
		    o->quirks ? o->quirks : "",
		    o->pass_uart ? " vgic.passthrough=uart" : "",
		    o->pass_mmio ? " vgic.passthrough=disk" : "",
		    o->pass_pci ? " vgic.passthrough=pci" : "",
		    o->icount ? " vgic.icount" : "",
		    o->verbose ? " vgic.verbose" : "");
}

/* Linux has driven the GICv5 since 6.17. */
static void check_gic_driver(const struct run_options *o,
			     const struct guest *g)
{
	unsigned int major, minor;

	if (!strcmp(o->gic, "v5") && g->linux_kernel &&
	    image_linux_version(&g->image, &major, &minor) &&
	    (major < 6 || (major == 6 && minor < 17))) {
		die(STATUS_USAGE, "--gic v5: %s is Linux %u.%u, which has no "
		    "GICv5 driver; 6.17 was the first", g->kernel, major,
		    minor);
	}
}

static struct launch launch_of(const struct run_options *o,
			       const struct guest *g)
{
	struct launch l = {
		.qemu = o->qemu,
		.cpu = o->cpu,
		.gic = o->host_gic,
		.cpus = o->cpus,
		.memory = o->memory,
		.icount = o->icount,
		.interactive = !o->batch,
		.reset_ends = o->batch,
		.kernel = g->kernel,
		.initrd = g->initrd,
		.bootargs = guest_bootargs(o, g),
		.hyp = project("build/el2/hyp/vgic-hyp.bin"),
		.hyp_args = hyp_args(o),
		.disks = o->disks,
		.nr_disks = o->nr_disks,
	};

	check_gic_driver(o, g);
	place(o, g, &l);
	if (g->image.unwrapped) {
		l.kernel = scratch_bytes("kernel", g->image.bytes.data,
					 g->image.bytes.size);
	}
	l.record = scratch_sparse("record", FLASH_SIZE);
	return l;
}

struct launch run_prepare(const struct run_options *o)
{
	struct guest g = guest_find(o);

	return launch_of(o, &g);
}

static void on_line(struct console *c, const char *line)
{
	struct verdict *v = c->context;
	int count;

	if (strstr(line, "SELF-CHECK: PASS")) {
		v->pass = true;
	} else if (strstr(line, "SELF-CHECK: FAIL")) {
		v->fail = true;
	} else if (sscanf(line, "@vgic-input %d", &count) == 1) {
		console_feed(c, count);
	}
}

/* QEMU is gone and the hypervisor has not said why. */
static enum status without_record(const struct run_options *o,
				  const struct console *c)
{
	if (c->killed) {
		say("no end after %u s and no report: QEMU was killed",
		    o->timeout);
		return STATUS_TIMEOUT;
	}
	if (c->status) {
		/* QEMU has said what it did not like. */
		return STATUS_NO_SETUP;
	}
	if (!o->batch) {
		return STATUS_OK; /* Ctrl-A x */
	}
	say("the hypervisor died without a word");
	return STATUS_EL2_FAULT;
}

/*
 * The guest ended the run itself.  Without --batch a reset begins anew, and it
 * was Ctrl-A x that came last.
 */
static enum status guest_off(const struct result *r, const struct guest *g,
			     const struct run_options *o,
			     const struct verdict *v)
{
	if (!o->batch) {
		return STATUS_OK;
	}
	if (g->self_check && v->fail) {
		say("the self-check failed");
		return STATUS_FAILED;
	}
	if (result_reset(r)) {
		say("the guest asked for a reset, not for power off");
		return STATUS_RESET;
	}
	if (g->self_check && !v->pass) {
		say("the guest ended without PASS");
		return STATUS_FAILED;
	}
	return STATUS_OK;
}

static enum status with_record(const struct result *r, const struct guest *g,
			       const struct run_options *o,
			       const struct verdict *v)
{
	const char *reason = result_reason(r);

	switch (result_exit(r)) {
	case RECORD_TIMEOUT:
		say("time-out after %u s", o->timeout);
		return STATUS_TIMEOUT;
	case RECORD_EL2_FAULT:
		say("the hypervisor failed: %s",
		    reason ? reason : "see its report above");
		return STATUS_EL2_FAULT;
	case RECORD_BAD_GUEST:
		say("the guest cannot start: %s", reason ? reason : "?");
		return STATUS_USAGE;
	case RECORD_GUEST_FAILED:
	case RECORD_GUEST_OFF:
		break;
	}
	if (result_invariant_failures(r)) {
		say("invariants of the vGIC were broken");
		return STATUS_EL2_FAULT;
	}
	if (result_exit(r) == RECORD_GUEST_FAILED) {
		say("the guest says that it failed");
		return STATUS_FAILED;
	}
	return guest_off(r, g, o, v);
}

static enum status conclude(const struct run_options *o,
			    const struct guest *g, const struct launch *l,
			    const struct console *c, const struct verdict *v)
{
	struct result *r = result_read(l->record);
	const char *wrong;

	if (!r) {
		return without_record(o, c);
	}
	if (!c->quiet) {
		result_show(r, o->icount);
	}
	wrong = o->stats ? result_save(r, o->stats) : NULL;
	if (wrong) {
		say("--stats %s: %s", o->stats, wrong);
		return STATUS_USAGE;
	}
	return with_record(r, g, o, v);
}

/* Better told before the run than after it. */
static void check_stats(const char *file)
{
	FILE *out = fopen(file, "a");

	if (!out) {
		die(STATUS_USAGE, "--stats %s: %s", file, strerror(errno));
	}
	fclose(out);
}

static enum status run(const struct run_options *o, struct console *c)
{
	struct guest g = guest_find(o);
	struct launch l = launch_of(o, &g);
	struct verdict verdict = { 0 };
	char **command = launch_argv(&l);

	if (o->verbose) {
		launch_show(command);
	}
	c->line = on_line;
	c->context = &verdict;
	c->interactive = l.interactive;
	c->limit = o->timeout ? o->timeout + TIMEOUT_GRACE_S : 0;
	if (!o->batch && isatty(STDIN_FILENO)) {
		say("Ctrl-A x ends the run");
	}
	console_run(c, command);
	return conclude(o, &g, &l, c, &verdict);
}

enum status run_quietly(const struct run_options *o, double *seconds)
{
	struct console c = { .quiet = true };
	enum status status = run(o, &c);

	*seconds = c.seconds;
	return status;
}

int run_main(int argc, char **argv)
{
	struct run_options o = run_options_parse(argc, argv);
	struct console c = { 0 };

	if (o.stats) {
		check_stats(o.stats);
	}
	launch_check(o.qemu);
	return (int)run(&o, &c);
}
