/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hypervisor's own command line: words that begin with "vgic." in
 * /chosen/bootargs of the machine's device tree, which is QEMU's -append.
 * `./vgic run` writes them (cli/run.c); the guest's command line is that of
 * its kernel module.
 */
#ifndef HYP_OPTIONS_H
#define HYP_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include <vgic/vgic.h>

/* Which CPU interface the guest gets. */
enum cpuif_choice {
	CPUIF_AUTO, /* the machine's if it is of the guest's GIC, else soft */
	CPUIF_HW,   /* the machine's, or the run does not start */
	CPUIF_SOFT, /* the one in software */
};

struct options {
	uint32_t vcpus;	     /* vgic.vcpus, 1 to MAX_VCPUS; default 1 */
	uint32_t mem_mib;    /* vgic.mem; 0: all RAM from GUEST_RAM_PA on */
	uint32_t timeout_s;  /* vgic.timeout; 0: none */
	uint32_t torture_ms; /* vgic.torture, see torture.c; 0: off */
	uint32_t gic;	     /* vgic.gic, enum vgic_model; default GICv3 */
	uint32_t cpuif;	     /* vgic.cpuif, enum cpuif_choice */
	uint32_t its;	     /* vgic.its: ITSs of a GICv3 guest, 0 or 1 */
	/* vgic.passthrough: devices of the machine that the guest drives. */
	bool pass_uart;	 /* =uart */
	bool pass_disks; /* =disk: every virtio-mmio disk */
	bool pass_pci;	 /* =pci: the PCIe host with all devices */
	/*
	 * vgic.quirk and vgic.lrs: what the list registers shall be taken to
	 * lack, so that the library's ways around can be tested where the
	 * hardware is complete.  See struct vgic_cpuif_caps.
	 */
	bool no_tdir, no_hw_deact, broken_seis;
	uint32_t max_lrs; /* 0: as many as there are */
	bool verbose;	  /* vgic.verbose */
	bool icount;	  /* vgic.icount: add up the ticks that EL2 takes */
};

/* Written once by options_parse(), before other CPUs run. */
extern struct options options;

/*
 * Fill `options` from a NUL-terminated command line: words separated by
 * spaces.  Returns null, or a text that names the word that was not
 * understood, valid until the next call.  Boot CPU.
 */
const char *options_parse(const char *bootargs);

#endif
