/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options of `vgic run`.  The other commands that start guests fill in the
 * same struct.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <sys/types.h>

#include "args.h"

#define MAX_DISKS 8
/* Milliseconds between two snapshots, for --torture. */
#define TORTURE_MS 20
#define MAX_TORTURE_MS 60000

/* A disk of the machine that the guest drives itself. */
struct disk {
	const char *file; /* its raw image */
	bool read_only;
	bool pci; /* virtio on PCI; else virtio-mmio */
	/* Device and inode: two names may be of one file. */
	dev_t device;
	ino_t inode;
};

struct run_options {
	const char *gic;      /* what the guest sees: "v2", "v3" or "v5" */
	const char *host_gic; /* what the machine has: "v2" or "v3" */
	const char *cpuif;    /* the guest's: "auto", "hw" or "soft" */
	const char *its;      /* "on", "off"; null: see run_has_its() */
	unsigned int vcpus;   /* CPUs of the guest */
	unsigned int cpus;    /* CPUs of the machine */
	const char *cpu;      /* the CPU model, by QEMU's name */
	unsigned int memory;  /* guest RAM, MiB */
	const char *kernel;   /* file, or null */
	const char *initrd;   /* file, or null */
	const char *append;   /* more kernel command line, or null */
	const char *debian;   /* one of debian_versions; null: the newest */
	const char *guest;    /* built-in guest: its name, or null */
	struct disk disks[MAX_DISKS];
	unsigned int nr_disks;
	bool pass_uart;	 /* the guest drives the machine's UART */
	bool pass_disks; /* --passthrough disk, which any disk says as well */
	bool pass_mmio, pass_pci; /* there are disks of this kind */
	const char *quirks;	  /* arguments for the hypervisor; null: none */
	const char *stats;	  /* file for the counters, or null */
	const char *qemu;	  /* program */
	unsigned int timeout;	  /* seconds, 0: none */
	unsigned int torture;	  /* milliseconds between snapshots, 0: none */
	bool batch;
	bool icount;
	bool verbose;
};

/* Words that options of more than one command take; a null ends each. */
extern const char *const gic_names[];
extern const char *const debian_versions[]; /* the newest last */

extern const struct arg run_args[];

/* What `vgic run` without options does. */
struct run_options run_defaults(void);

/* Does the guest have an ITS, and LPIs?  GICv3s do, unless told otherwise. */
bool run_has_its(const struct run_options *o);

/*
 * Parse argv[1..].  Does not return when something is wrong with an option, or
 * with what they are together.
 */
struct run_options run_options_parse(int argc, char **argv);

#endif
