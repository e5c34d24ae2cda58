/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What `vgic run` takes, and which of it goes together.  Anything that QEMU or
 * the hypervisor would refuse later and less clearly is refused here.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine.h"
#include "options.h"
#include "say.h"

const char *const gic_names[] = { "v2", "v3", "v5", NULL };
const char *const debian_versions[] = { "6.12", "7.2", "7.3", NULL };
static const char *const host_gics[] = { "v2", "v3", NULL };
static const char *const quirks[] = { "no-tdir", "no-hw-deact", "seis", "lrs=N",
				      NULL };
static const char *const cpuifs[] = { "auto", "hw", "soft", NULL };
static const char *const switches[] = { "on", "off", NULL };
static const char *const guests[] = { "demo", "bench", "its", NULL };
static const char *const devices[] = { "uart", "disk", NULL };

/* snapshot, or snapshot=MS. */
static void take_torture(const struct arg *arg, void *options,
			 const char *value)
{
	static const char kind[] = "snapshot";
	struct run_options *o = options;
	size_t len = strlen(kind);

	if (strncmp(value, kind, len) || (value[len] && value[len] != '=')) {
		die(STATUS_USAGE,
		    "--torture %s: expected snapshot or "
		    "snapshot=MS, a number of milliseconds",
		    value);
	}
	o->torture = value[len] ?
			     parse_number("torture snapshot", value + len + 1,
					  arg->min, arg->max) :
			     TORTURE_MS;
}

/* Is the file fit to be a disk?  QEMU would say so only as it starts. */
static struct stat check_disk(const char *option, const char *value,
			      const char *file, int mode)
{
	int fd = open(file, mode);
	struct stat stat;

	if (fd < 0 || fstat(fd, &stat) < 0) {
		die(STATUS_USAGE, "--%s %s: %s", option, value,
		    strerror(errno));
	}
	/* lseek() also finds the size of a block device. */
	if (S_ISDIR(stat.st_mode) || lseek(fd, 0, SEEK_END) <= 0) {
		die(STATUS_USAGE,
		    "--%s %s: %s; a raw disk image was "
		    "expected",
		    option, value,
		    S_ISDIR(stat.st_mode) ? "is a directory" : "is empty");
	}
	close(fd);
	return stat;
}

/* FILE, or FILE,ro, of --disk or --pci-disk. */
static void take_disk(const struct arg *arg, void *options, const char *value)
{
	static const char suffix[] = ",ro";
	struct run_options *o = options;
	size_t len = strlen(value), end = strlen(suffix);
	bool read_only = len > end && !strcmp(value + len - end, suffix);
	char *file = text("%.*s", (int)(read_only ? len - end : len), value);
	struct stat stat = check_disk(arg->name, value, file,
				      read_only ? O_RDONLY : O_RDWR);
	bool pci = !strcmp(arg->name, "pci-disk");

	/* Two drivers for one file would destroy what is in it. */
	for (unsigned int i = 0; i < o->nr_disks; i++) {
		if (o->disks[i].device == stat.st_dev &&
		    o->disks[i].inode == stat.st_ino) {
			die(STATUS_USAGE, "--%s %s: is there twice", arg->name,
			    value);
		}
	}
	if (o->nr_disks == MAX_DISKS) {
		die(STATUS_USAGE, "--%s %s: there is room for %d disks",
		    arg->name, value, MAX_DISKS);
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
static void take_devices(const struct arg *arg, void *options,
			 const char *value)
{
	struct run_options *o = options;
	char *list = text("%s", value), *word;

	while ((word = strsep(&list, ","))) {
		parse_choice(arg->name, word, devices);
		o->pass_uart |= !strcmp(word, "uart");
		o->pass_disks |= !strcmp(word, "disk");
	}
}

/* The same, into arguments of the hypervisor; lrs=N has a number. */
static void take_quirks(const struct arg *arg, void *options, const char *value)
{
	static const char lrs[] = "lrs=";
	struct run_options *o = options;
	char *list = text("%s", value), *word;

	while ((word = strsep(&list, ","))) {
		char *quirk;

		if (!strncmp(word, lrs, strlen(lrs))) {
			quirk = text("vgic.lrs=%u",
				     parse_number("quirk lrs",
						  word + strlen(lrs), arg->min,
						  arg->max));
		} else {
			quirk = text("vgic.quirk=%s",
				     parse_choice(arg->name, word, quirks));
		}
		o->quirks = text("%s %s", o->quirks ? o->quirks : "", quirk);
	}
}

#define AT(field) .at = offsetof(struct run_options, field)

const struct arg run_args[] = {
	{ "gic", NULL, "the guest's interrupt controller", arg_choice, AT(gic),
	  .choices = gic_names },
	{ "host-gic", NULL, "the machine's interrupt controller", arg_choice,
	  AT(host_gic), .choices = host_gics },
	{ "cpuif", NULL, "the guest's CPU interface", arg_choice, AT(cpuif),
	  .choices = cpuifs },
	{ "its", NULL, "an ITS, and LPIs, for a GICv3 guest", arg_choice,
	  AT(its), .choices = switches },
	{ "vcpus", "N", "CPUs of the guest, 1 to 512", arg_number, AT(vcpus), 1,
	  MAX_VCPUS },
	{ "cpus", "N", "CPUs of the machine below, 1 to 64", arg_number,
	  AT(cpus), 1, MAX_CPUS },
	{ "cpu", "MODEL", "QEMU's CPU model", arg_text, AT(cpu) },
	{ "memory", "MiB", "RAM of the guest", arg_number, AT(memory), 4,
	  MAX_MEMORY_MIB },
	{ "debian", "VERSION", "Debian's kernel", arg_choice, AT(debian),
	  .choices = debian_versions },
	{ "kernel", "FILE", "arm64 Image, also gzip or EFI zboot", arg_text,
	  AT(kernel) },
	{ "initrd", "FILE", "initial RAM disk", arg_text, AT(initrd) },
	{ "append", "STR", "more for the kernel's command line", arg_text,
	  AT(append) },
	{ "guest", "NAME", "built-in guest", arg_choice, AT(guest),
	  .choices = guests },
	{ "disk", "FILE[,ro]", "a virtio-mmio disk", take_disk, AT(disks) },
	{ "pci-disk", "FILE[,ro]", "the same as a virtio PCI disk", take_disk,
	  AT(disks) },
	{ "passthrough", "LIST", "devices of the machine for the guest",
	  take_devices, AT(pass_uart) },
	{ "quirk", "LIST", "no-tdir: ICC_DIR_EL1 does not trap by itself",
	  take_quirks, AT(quirks), 1, MAX_LRS },
	{ "batch", NULL, "no terminal", arg_flag, AT(batch) },
	{ "timeout", "S", "end after S seconds", arg_number, AT(timeout), 1,
	  86400 },
	{ "torture", "snapshot[=MS]", "about every MS milliseconds",
	  take_torture, AT(torture), 1, MAX_TORTURE_MS },
	{ "stats", "FILE.json", "save the counters", arg_text, AT(stats) },
	{ "icount", NULL, "count instructions", arg_flag, AT(icount) },
	{ "qemu", "PATH", "QEMU to use, 7.2 or newer", arg_text, AT(qemu) },
	{ "verbose", NULL, "show QEMU's command line", arg_flag, AT(verbose) },
	{ 0 },
};

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
	return !strcmp(o->gic, "v3") && !(o->its && !strcmp(o->its, "off"));
}

#define REFUSE_IF(wrong, ...) \
	do { \
		if (wrong) { \
			die(STATUS_USAGE, __VA_ARGS__); \
		} \
	} while (0)

/* What gets interrupts by messages needs an ITS on both sides. */
static void check_its(const struct run_options *o)
{
	bool guest_v3 = !strcmp(o->gic, "v3");

	REFUSE_IF(o->pass_pci && !guest_v3,
		  "--pci-disk: it wants an ITS, "
		  "which a GIC%s has not here; it goes with --gic v3",
		  o->gic);
	REFUSE_IF(o->pass_pci && strcmp(o->host_gic, "v3"),
		  "--pci-disk: it "
		  "wants an ITS, which a GIC%s has not; it goes with "
		  "--host-gic v3",
		  o->host_gic);
	REFUSE_IF(o->pass_pci && !run_has_its(o), "--pci-disk: it wants an "
						  "ITS; it goes with --its on");
	REFUSE_IF(o->its && !strcmp(o->its, "on") && !guest_v3,
		  "--its on: a "
		  "GIC%s has no ITS here; it goes with --gic v3",
		  o->gic);
	REFUSE_IF(o->guest && !strcmp(o->guest, "its") && !run_has_its(o),
		  "--guest its: it drives an ITS; it goes with --gic v3 and "
		  "--its on");
}

/* A GICv2 has a bit of a byte for each CPU. */
static void check_cpus(const struct run_options *o)
{
	REFUSE_IF(!strcmp(o->gic, "v2") && o->vcpus > MAX_GICV2_CPUS,
		  "--gic v2 --vcpus %u: a GICv2 has at most %d CPUs; --gic "
		  "v3 takes %d",
		  o->vcpus, MAX_GICV2_CPUS, MAX_VCPUS);
	REFUSE_IF(!strcmp(o->host_gic, "v2") && o->cpus > MAX_GICV2_CPUS,
		  "--host-gic v2 --cpus %u: a GICv2 has at most %d CPUs; "
		  "--host-gic v3 takes %d",
		  o->cpus, MAX_GICV2_CPUS, MAX_CPUS);
}

/* Each option by itself is in order; do they go together? */
static void check_together(const struct run_options *o)
{
	REFUSE_IF(!!o->kernel + !!o->debian + !!o->guest > 1,
		  "--kernel, --debian and --guest exclude one another");
	REFUSE_IF(o->pass_disks && !o->pass_mmio,
		  "--passthrough disk: no "
		  "disk is there; name one with --disk FILE");
	REFUSE_IF(o->nr_disks && o->guest,
		  "--%sdisk: the built-in guests "
		  "have no driver for it; --debian and --kernel take one",
		  o->pass_mmio ? "" : "pci-");
	check_its(o);
	REFUSE_IF(o->quirks &&
			  (strcmp(o->gic, "v3") || strcmp(o->host_gic, "v3") ||
			   !strcmp(o->cpuif, "soft")),
		  "--quirk: it is about a GICv3's list registers; it goes "
		  "with --gic v3, --host-gic v3 and --cpuif auto or hw");
	check_cpus(o);
	REFUSE_IF(!strcmp(o->cpuif, "hw") && strcmp(o->gic, o->host_gic),
		  "--cpuif hw: a GIC%s has list registers for GIC%s guests "
		  "alone; --cpuif soft serves --gic %s",
		  o->host_gic, o->host_gic, o->gic);
}

struct run_options run_options_parse(int argc, char **argv)
{
	struct run_options o = run_defaults();

	args_parse(run_args, &o, argc, argv);
	check_together(&o);
	return o;
}
