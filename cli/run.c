/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `vgic run`: place the guest in memory, start QEMU, listen to what the guest
 * says, and make an exit status of that and of the hypervisor's record.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* How the guest's self-check ended, and the guest, as its console shows it. */
struct verdict {
	bool pass;
	bool fail;
	char *panic; /* what Linux says that it panics for; null: it has not */
};

static uint64_t round_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

/*
 * Put the kernel where its header wants it, and the initrd as high as it goes
 * below the device tree, which the hypervisor writes into the last 2 MiB.
 */
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
		die(STATUS_USAGE,
		    "--memory %u: too small for %s, which needs "
		    "at least %llu",
		    o->memory, g->kernel,
		    (unsigned long long)(round_up(needed, MIB) / MIB));
	}
	l->kernel_pa = GUEST_RAM_PA + g->image.offset;
	l->initrd_pa = GUEST_RAM_PA + top - initrd_size;
}

/* panic=-1: a Linux that dies resets at once, which --batch can see. */
static char *guest_bootargs(const struct run_options *o, const struct guest *g)
{
	const char *append = o->append ? o->append : "";

	if (!g->linux_kernel) {
		return text("%s", append);
	}
	return text("console=ttyAMA0 panic=-1%s%s%s",
		    o->batch && g->self_check ? " vgic.batch" : "",
		    *append ? " " : "", append);
}

/* What the hypervisor's own command line says; hyp/options.c reads it. */
static char *hyp_args(const struct run_options *o)
{
	char *timeout = o->timeout ? text(" vgic.timeout=%u", o->timeout) :
				     text("%s", "");
	char *torture = o->torture ? text(" vgic.torture=%u", o->torture) :
				     text("%s", "");

	return text("vgic.vcpus=%u vgic.mem=%u vgic.gic=%s vgic.cpuif=%s"
		    "%s%s%s%s%s%s%s%s%s",
		    o->vcpus, o->memory, o->gic, o->cpuif,
		    run_has_its(o) ? " vgic.its=on" : "", timeout, torture,
		    o->quirks ? o->quirks : "",
		    o->pass_uart ? " vgic.passthrough=uart" : "",
		    o->pass_mmio ? " vgic.passthrough=disk" : "",
		    o->pass_pci ? " vgic.passthrough=pci" : "",
		    o->icount ? " vgic.icount" : "",
		    o->verbose ? " vgic.verbose" : "");
}

/* Linux has driven the GICv5 since 6.17. */
static void check_gic_driver(const struct run_options *o, const struct guest *g)
{
	unsigned int major, minor;

	if (!strcmp(o->gic, "v5") && g->linux_kernel &&
	    image_linux_version(&g->image, &major, &minor) &&
	    (major < 6 || (major == 6 && minor < 17))) {
		die(STATUS_USAGE,
		    "--gic v5: %s is Linux %u.%u, which has no "
		    "GICv5 driver; 6.17 was the first",
		    g->kernel, major, minor);
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

/*
 * The self-check's verdict, or a panic.  A check of the UART's interrupt asks
 * for input by "@vgic-input N", as there is no person at the keyboard.
 */
static void on_line(struct child *c, const char *line)
{
	static const char panic[] = "Kernel panic - not syncing: ";
	struct verdict *v = c->context;
	const char *at = strstr(line, panic);
	int count;

	if (at && !v->panic) {
		v->panic = text("%s", at + strlen(panic));
	} else if (v->panic && strstr(line, "---[ end Kernel panic")) {
		/* With panic=0 it says so and stays as it is for ever. */
		child_stop(c);
	} else if (strstr(line, "SELF-CHECK: PASS")) {
		v->pass = true;
	} else if (strstr(line, "SELF-CHECK: FAIL")) {
		v->fail = true;
	} else if (sscanf(line, "@vgic-input %d", &count) == 1) {
		child_feed(c, count);
	}
}

static enum status guest_reset(const struct verdict *v)
{
	if (v->panic) {
		say("the guest panicked: %s", v->panic);
	} else {
		say("the guest asked for a reset, not for power off");
	}
	return STATUS_RESET;
}

/* QEMU has ended, and the hypervisor has left no record that says why. */
static enum status without_record(const struct run_options *o,
				  const struct child *c,
				  const struct verdict *v)
{
	if (c->stopped) {
		return guest_reset(v);
	}
	if (c->killed) {
		say("no end after %u s and no report: QEMU was killed",
		    o->timeout);
		return STATUS_TIMEOUT;
	}
	if (c->status) {
		/* QEMU itself has told on standard error what it refuses. */
		return STATUS_NO_SETUP;
	}
	if (!o->batch) {
		return STATUS_OK; /* the person pressed Ctrl-A x */
	}
	say("the hypervisor died without a word");
	return STATUS_EL2_FAULT;
}

/*
 * The guest ended the run.  Without --batch a person has seen how it went; and
 * a reset starts the guest once more there, so a record of one is of a run that
 * has been ended by Ctrl-A x after it.
 */
static enum status guest_off(const json_t *r, const struct guest *g,
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
	if (json_flag(r, "reset")) {
		return guest_reset(v);
	}
	if (g->self_check && !v->pass) {
		say("the guest ended without PASS");
		return STATUS_FAILED;
	}
	return STATUS_OK;
}

static enum status with_record(const json_t *r, const struct guest *g,
			       const struct run_options *o,
			       const struct verdict *v)
{
	const char *reason = json_text(r, "reason");

	switch (json_int(r, "exit")) {
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
	if (json_int(r, "invariant_failures")) {
		say("invariants of the vGIC were broken");
		return STATUS_EL2_FAULT;
	}
	if (json_int(r, "exit") == RECORD_GUEST_FAILED) {
		say("the guest says that it failed");
		return STATUS_FAILED;
	}
	return guest_off(r, g, o, v);
}

/* Write the counters; without any, see whether that will be possible. */
static bool save_stats(const char *file, const json_t *r)
{
	FILE *out = fopen(file, r ? "w" : "a");
	bool good = out && (!r || json_write(out, r));

	return (!out || fclose(out) == 0) && good;
}

static enum status conclude(const struct run_options *o, const struct guest *g,
			    const struct launch *l, const struct child *c,
			    const struct verdict *v)
{
	json_t *r = result_read(l->record);

	if (!r) {
		return without_record(o, c, v);
	}
	if (c->output || c->interactive) {
		result_show(r, o->icount);
	}
	if (o->stats && !save_stats(o->stats, r)) {
		say("--stats %s: %s", o->stats, strerror(errno));
		return STATUS_USAGE;
	}
	return with_record(r, g, o, v);
}

enum status run_guest(const struct run_options *o, struct child *c)
{
	struct guest g = guest_find(o);
	struct launch l = launch_of(o, &g);
	struct verdict verdict = { 0 };
	char **command = launch_argv(&l);

	if (o->verbose) {
		launch_show(command);
		say("it can be run again: its files stay in %s",
		    scratch_keep());
	}
	c->line = on_line;
	c->context = &verdict;
	c->interactive = l.interactive;
	c->limit = o->timeout ? o->timeout + TIMEOUT_GRACE_S : 0;
	if (!o->batch && isatty(STDIN_FILENO)) {
		say("Ctrl-A x ends the run");
	}
	child_run(c, command);
	return conclude(o, &g, &l, c, &verdict);
}

int run_main(int argc, char **argv)
{
	struct run_options o = run_options_parse(argc, argv);
	struct child c = { .output = stdout };

	/* Not after a long run, but before it. */
	if (o.stats && !save_stats(o.stats, NULL)) {
		die(STATUS_USAGE, "--stats %s: %s", o.stats, strerror(errno));
	}
	launch_check(o.qemu);
	return (int)run_guest(&o, &c);
}
