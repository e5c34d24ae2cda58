/* SPDX-License-Identifier: BSD-2-Clause */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine.h"
#include "options.h"
#include "say.h"

enum option_id {
	OPT_GIC = 1,
	OPT_HOST_GIC,
	OPT_CPUIF,
	OPT_ITS,
	OPT_VCPUS,
	OPT_CPUS,
	OPT_CPU,
	OPT_MEMORY,
	OPT_KERNEL,
	OPT_INITRD,
	OPT_APPEND,
	OPT_DEBIAN,
	OPT_GUEST,
	OPT_DISK,
	OPT_PCI_DISK,
	OPT_PASSTHROUGH,
	OPT_QUIRK,
	OPT_BATCH,
	OPT_TIMEOUT,
	OPT_TORTURE,
	OPT_STATS,
	OPT_QEMU,
	OPT_ICOUNT,
	OPT_VERBOSE,
};

static const struct option long_options[] = {
	{ "gic", required_argument, NULL, OPT_GIC },
	{ "host-gic", required_argument, NULL, OPT_HOST_GIC },
	{ "cpuif", required_argument, NULL, OPT_CPUIF },
	{ "its", required_argument, NULL, OPT_ITS },
	{ "vcpus", required_argument, NULL, OPT_VCPUS },
	{ "cpus", required_argument, NULL, OPT_CPUS },
	{ "cpu", required_argument, NULL, OPT_CPU },
	{ "memory", required_argument, NULL, OPT_MEMORY },
	{ "kernel", required_argument, NULL, OPT_KERNEL },
	{ "initrd", required_argument, NULL, OPT_INITRD },
	{ "append", required_argument, NULL, OPT_APPEND },
	{ "debian", required_argument, NULL, OPT_DEBIAN },
	{ "guest", required_argument, NULL, OPT_GUEST },
	{ "disk", required_argument, NULL, OPT_DISK },
	{ "pci-disk", required_argument, NULL, OPT_PCI_DISK },
	{ "passthrough", required_argument, NULL, OPT_PASSTHROUGH },
	{ "quirk", required_argument, NULL, OPT_QUIRK },
	{ "batch", no_argument, NULL, OPT_BATCH },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "torture", required_argument, NULL, OPT_TORTURE },
	{ "stats", required_argument, NULL, OPT_STATS },
	{ "qemu", required_argument, NULL, OPT_QEMU },
	{ "icount", no_argument, NULL, OPT_ICOUNT },
	{ "verbose", no_argument, NULL, OPT_VERBOSE },
	{ NULL, 0, NULL, 0 },
};

static const char *const gics[] = { "v2", "v3", "v5", NULL };
static const char *const host_gics[] = { "v2", "v3", NULL };
static const char *const quirks[] = { "no-tdir", "no-hw-deact", "seis",
				      "lrs=N", NULL };
static const char *const cpuifs[] = { "auto", "hw", "soft", NULL };
static const char *const switches[] = { "on", "off", NULL };
static const char *const debians[] = { "6.12", "7.2", "7.3", NULL };
static const char *const guests[] = { "demo", "bench", "its", NULL };

static const char *const devices[] = { "uart", "disk", NULL };

static unsigned int number(const char *option, const char *value,
			   unsigned long min, unsigned long max)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(value, &end, 10);
	if (errno || *end || !isdigit((unsigned char)*value) || n < min ||
	    n > max) {
		die(STATUS_USAGE, "--%s %s: expected a number from %lu to %lu",
		    option, value, min, max);
	}
	return (unsigned int)n;
}

static const char *choice(const char *option, const char *value,
			  const char *const *list)
{
	char *all = text("%s", list[0]);

	for (size_t i = 0; list[i]; i++) {
		if (!strcmp(value, list[i])) {
			return list[i];
		}
		if (i) {
			all = text("%s, %s", all, list[i]);
		}
	}
	die(STATUS_USAGE, "--%s %s: expected %s", option, value, all);
}

/* snapshot, or snapshot=MS. */
static unsigned int torture(const char *value)
{
	static const char kind[] = "snapshot";
	size_t len = strlen(kind);

	if (strncmp(value, kind, len) || (value[len] && value[len] != '=')) {
		die(STATUS_USAGE, "--torture %s: expected snapshot or "
		    "snapshot=MS, a number of milliseconds", value);
	}
	return value[len] ? number("torture snapshot", value + len + 1, 1,
				   MAX_TORTURE_MS) :
			    TORTURE_MS;
}

static const char *host_gic(const char *value)
{
	if (!strcmp(value, "v5")) {
		die(STATUS_USAGE, "--host-gic v5: QEMU has no GICv5 for EL2; "
		    "v2 and v3 are there, and ./vgic matrix has a model of "
		    "the third");
	}
	return choice("host-gic", value, host_gics);
}

const char *run_option_gic(const char *value)
{
	return choice("gic", value, gics);
}

/* Better found wanting now than by QEMU. */
static struct stat check_disk(const char *option, const char *value,
			      const char *file, int mode)
{
	int fd = open(file, mode);
	struct stat stat;

	if (fd < 0 || fstat(fd, &stat) < 0) {
		die(STATUS_USAGE, "--%s %s: %s", option, value,
		    strerror(errno));
	}
	if (S_ISDIR(stat.st_mode) || lseek(fd, 0, SEEK_END) <= 0) {
		die(STATUS_USAGE, "--%s %s: %s; a raw disk image was "
		    "expected", option, value, S_ISDIR(stat.st_mode) ?
		    "is a directory" : "is empty");
	}
	close(fd);
	return stat;
}

/* FILE, or FILE,ro, of --disk or --pci-disk. */
static void add_disk(struct run_options *o, const char *option,
		     const char *value, bool pci)
{
	static const char suffix[] = ",ro";
	size_t len = strlen(value), end = strlen(suffix);
	bool read_only = len > end && !strcmp(value + len - end, suffix);
	char *file = text("%.*s", (int)(read_only ? len - end : len), value);
	struct stat stat = check_disk(option, value, file,
				      read_only ? O_RDONLY : O_RDWR);

	for (unsigned int i = 0; i < o->nr_disks; i++) {
		if (o->disks[i].device == stat.st_dev &&
		    o->disks[i].inode == stat.st_ino) {
			die(STATUS_USAGE, "--%s %s: is there twice", option,
			    value);
		}
	}
	if (o->nr_disks == MAX_DISKS) {
		die(STATUS_USAGE, "--%s %s: there is room for %d disks",
		    option, value, MAX_DISKS);
	}
	o->disks[o->nr_disks++] = (struct disk){
		.file = file,
		.read_only = read_only,
		.pci = pci,
		.device = stat.st_dev,
		.inode = stat.st_ino,
	};
	*(pci ? &o->pass_pci : &o->pass_mmio) = true;
}

/* A list with commas; each of its words is a flag. */
static void pass_through(struct run_options *o, const char *list)
{
	char *word = text("%s", list), *next;

	for (; word; word = next) {
		const char *device;

		next = strchr(word, ',');
		if (next) {
			*next++ = 0;
		}
		device = choice("passthrough", word, devices);
		o->pass_uart |= !strcmp(device, "uart");
		o->pass_disks |= !strcmp(device, "disk");
	}
}

/* The same; lrs=N has a number. */
static void add_quirks(struct run_options *o, const char *list)
{
	static const char lrs[] = "lrs=";
	char *word = text("%s", list), *next;

	for (; word; word = next) {
		char *quirk;

		next = strchr(word, ',');
		if (next) {
			*next++ = 0;
		}
		if (!strncmp(word, lrs, strlen(lrs))) {
			quirk = text("vgic.lrs=%u",
				     number("quirk lrs", word + strlen(lrs),
					    1, MAX_LRS));
		} else {
			quirk = text("vgic.quirk=%s",
				     choice("quirk", word, quirks));
		}
		o->quirks = text("%s %s", o->quirks ? o->quirks : "", quirk);
	}
}

static void apply(struct run_options *o, int id, const char *value)
{
	switch (id) {
	case OPT_GIC:
		o->gic = run_option_gic(value);
		break;
	case OPT_HOST_GIC:
		o->host_gic = host_gic(value);
		break;
	case OPT_CPUIF:
		o->cpuif = choice("cpuif", value, cpuifs);
		break;
	case OPT_ITS:
		o->its_on = !strcmp(choice("its", value, switches), "on");
		o->its_off = !o->its_on;
		break;
	case OPT_VCPUS:
		o->vcpus = number("vcpus", value, 1, MAX_VCPUS);
		break;
	case OPT_CPUS:
		o->cpus = number("cpus", value, 1, MAX_CPUS);
		break;
	case OPT_CPU:
		o->cpu = value;
		break;
	case OPT_MEMORY:
		o->memory = number("memory", value, 4, MAX_MEMORY_MIB);
		break;
	case OPT_KERNEL:
		o->kernel = value;
		break;
	case OPT_INITRD:
		o->initrd = value;
		break;
	case OPT_APPEND:
		o->append = value;
		break;
	case OPT_DEBIAN:
		o->debian = choice("debian", value, debians);
		break;
	case OPT_GUEST:
		o->guest = choice("guest", value, guests);
		break;
	case OPT_DISK:
		add_disk(o, "disk", value, false);
		break;
	case OPT_PCI_DISK:
		add_disk(o, "pci-disk", value, true);
		break;
	case OPT_PASSTHROUGH:
		pass_through(o, value);
		break;
	case OPT_QUIRK:
		add_quirks(o, value);
		break;
	case OPT_BATCH:
		o->batch = true;
		break;
	case OPT_TIMEOUT:
		o->timeout = number("timeout", value, 1, 86400);
		break;
	case OPT_TORTURE:
		o->torture = torture(value);
		break;
	case OPT_STATS:
		o->stats = value;
		break;
	case OPT_QEMU:
		o->qemu = value;
		break;
	case OPT_ICOUNT:
		o->icount = true;
		break;
	case OPT_VERBOSE:
		o->verbose = true;
		break;
	default: /* '?': getopt_long() has said what is wrong */
		exit(STATUS_USAGE);
	}
}

struct run_options run_defaults(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	return (struct run_options){
		.gic = "v3",
		.host_gic = "v3",
		.cpuif = "auto",
		.vcpus = 2,
		.cpus = cpus >= 2 ? 2 : 1,
		.cpu = "cortex-a57",
		.memory = 512,
		.qemu = "qemu-system-aarch64",
	};
}

bool run_has_its(const struct run_options *o)
{
	return !strcmp(o->gic, "v3") && !o->its_off;
}

/* PCI devices interrupt by messages, which are for ITSs alone. */
static void check_pci(const struct run_options *o)
{
	if (o->pass_pci && strcmp(o->gic, "v3")) {
		die(STATUS_USAGE, "--pci-disk: it wants an ITS, which a GIC%s "
		    "has not here; it goes with --gic v3", o->gic);
	}
	if (o->pass_pci && strcmp(o->host_gic, "v3")) {
		die(STATUS_USAGE, "--pci-disk: it wants an ITS, which a GIC%s "
		    "has not; it goes with --host-gic v3", o->host_gic);
	}
	if (o->pass_pci && o->its_off) {
		die(STATUS_USAGE, "--pci-disk: it wants an ITS; it goes with "
		    "--its on");
	}
}

/* Each option by itself is in order; all of them together? */
static void check_together(const struct run_options *o)
{
	if (!!o->kernel + !!o->debian + !!o->guest > 1) {
		die(STATUS_USAGE,
		    "--kernel, --debian and --guest exclude one another");
	}
	if (o->pass_disks && !o->pass_mmio) {
		die(STATUS_USAGE, "--passthrough disk: no disk is there; name "
		    "one with --disk FILE");
	}
	if (o->nr_disks && o->guest) {
		die(STATUS_USAGE, "--%sdisk: the built-in guests have no "
		    "driver for it; --debian and --kernel take one",
		    o->pass_mmio ? "" : "pci-");
	}
	check_pci(o);
	if (o->its_on && strcmp(o->gic, "v3")) {
		die(STATUS_USAGE, "--its on: a GIC%s has no ITS here; it goes "
		    "with --gic v3", o->gic);
	}
	if (o->guest && !strcmp(o->guest, "its") && !run_has_its(o)) {
		die(STATUS_USAGE, "--guest its: it drives an ITS; it goes "
		    "with --gic v3 and --its on");
	}
	if (o->quirks && (strcmp(o->gic, "v3") || strcmp(o->host_gic, "v3") ||
			  !strcmp(o->cpuif, "soft"))) {
		die(STATUS_USAGE, "--quirk: it is about a GICv3's list "
		    "registers; it goes with --gic v3, --host-gic v3 and "
		    "--cpuif auto or hw");
	}
	if (!strcmp(o->gic, "v2") && o->vcpus > MAX_GICV2_CPUS) {
		die(STATUS_USAGE, "--gic v2 --vcpus %u: a GICv2 has at most "
		    "%d CPUs; --gic v3 takes %d", o->vcpus, MAX_GICV2_CPUS,
		    MAX_VCPUS);
	}
	if (!strcmp(o->host_gic, "v2") && o->cpus > MAX_GICV2_CPUS) {
		die(STATUS_USAGE, "--host-gic v2 --cpus %u: a GICv2 has at "
		    "most %d CPUs; --host-gic v3 takes %d", o->cpus,
		    MAX_GICV2_CPUS, MAX_CPUS);
	}
	if (!strcmp(o->cpuif, "hw") && strcmp(o->gic, o->host_gic)) {
		die(STATUS_USAGE, "--cpuif hw: a GIC%s has list registers for "
		    "GIC%s guests alone; --cpuif soft serves --gic %s",
		    o->host_gic, o->host_gic, o->gic);
	}
}

struct run_options run_options_parse(int argc, char **argv)
{
	struct run_options o = run_defaults();
	int id;

	argv[0] = (char *)"vgic";
	while ((id = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		apply(&o, id, optarg);
	}
	if (optind < argc) {
		die(STATUS_USAGE, "unexpected argument '%s'", argv[optind]);
	}
	check_together(&o);
	return o;
}
