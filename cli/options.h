/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of `vgic run`. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <sys/types.h>

#define MAX_DISKS 8
/* Milliseconds between two snapshots, for --torture. */
#define TORTURE_MS 20
#define MAX_TORTURE_MS 60000

/* A disk of the machine's that is the guest's. */
struct disk {
	const char *file; /* raw */
	bool read_only;
	bool pci; /* else virtio-mmio */
	/* Which file it is, whatever its name. */
	dev_t device;
	ino_t inode;
};

struct run_options {
	const char *gic; /* what the guest sees: "v2", "v3" or "v5" */
	const char *host_gic; /* what the machine has: "v2" or "v3" */
	const char *cpuif; /* the guest's: "auto", "hw" or "soft" */
	bool its_on, its_off; /* said so; see run_has_its() */
	unsigned int vcpus;
	unsigned int cpus; /* physical */
	const char *cpu; /* QEMU's name of the CPU model */
	unsigned int memory; /* guest RAM, MiB */
	const char *kernel; /* file, or null */
	const char *initrd; /* file, or null */
	const char *append; /* more kernel command line, or null */
	const char *debian; /* "6.12" and so on, or null: newest */
	const char *guest; /* built-in: its name, or null */
	struct disk disks[MAX_DISKS];
	unsigned int nr_disks;
	bool pass_uart; /* the guest drives the machine's UART */
	bool pass_disks; /* said so; disks always are passed through */
	bool pass_mmio, pass_pci; /* there are disks of this kind */
	const char *quirks; /* for the hypervisor; null: none */
	const char *stats; /* file to write, or null */
	const char *qemu; /* program */
	unsigned int timeout; /* seconds, 0: none */
	unsigned int torture; /* milliseconds between snapshots, 0: none */
	bool batch;
	bool icount;
	bool verbose;
};

/* What `vgic run` without options does. */
struct run_options run_defaults(void);

/* The value of a --gic option; does not return on any other. */
const char *run_option_gic(const char *value);

/* Does the guest have an ITS, and LPIs?  GICv3s do, unless told otherwise. */
bool run_has_its(const struct run_options *o);

/* Parse argv[1..]; does not return when something is wrong with it. */
struct run_options run_options_parse(int argc, char **argv);

#endif
