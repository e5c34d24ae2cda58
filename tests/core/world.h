/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small machine around the library for the tests of src/core and
 * src/cpuif/lr.c: vCPUs on modelled CPU interfaces, physical interrupts that
 * can be mapped, and both sides' deeds as verbs.  Words are changed by the
 * library's internal functions; register frames have tests of their own.
 *
 * A vCPU that is in guest code and is kicked, or whose maintenance interrupt
 * comes, leaves and enters again by itself, unless the test makes it late.
 */
#ifndef VGIC_TESTS_CORE_WORLD_H
#define VGIC_TESTS_CORE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <vgic/trap.h>
#include <vgic/vgic.h>

#include "core/arch.h"
#include "model/ich.h"
#include "regs/gicv3.h"
#include "regs/ich.h"

#define WORLD_VCPUS 4
#define WORLD_SPIS 988
#define WORLD_PHYS 128
#define SPURIOUS GIC_INTID_SPURIOUS

/* A physical interrupt as the host's GIC has it: active keeps it quiet. */
struct world_phys {
	/* Which vCPU's interrupt it is mapped to, once it is. */
	bool mapped;
	uint32_t vcpu;
	bool line;
	/* An edge that waits for the one before to be ended. */
	bool pending;
	bool active;
	/* Deactivations by software (callback), by list registers (HW). */
	uint32_t by_software;
	uint32_t by_hardware;
	/* Made active, and pending state cleared, by callbacks. */
	uint32_t activated;
	uint32_t unpended;
	/* vCPU whose thread the last callback ran on. */
	uint32_t thread;
};

struct world {
	struct vgic *gic;
	void *memory;
	struct vgic_vcpu *vcpu[WORLD_VCPUS];
	struct model_vcpuif model[WORLD_VCPUS];
	uint32_t nr_vcpus;
	bool in_guest[WORLD_VCPUS];
	bool kicked[WORLD_VCPUS];
	uint32_t kicks[WORLD_VCPUS];
	/* Exits that kicks and maintenance ask for wait for world_serve(). */
	bool late[WORLD_VCPUS];
	/* Exits made on the world's own account. */
	uint32_t exits[WORLD_VCPUS];
	/* Accesses of system registers that trapped. */
	uint32_t traps[WORLD_VCPUS];
	/* The vCPU whose thread the test plays. */
	uint32_t thread;
	uint32_t bugs;
	/*
	 * Physical interrupts ended that were not active: hardware may lose
	 * the next one by that.
	 */
	uint32_t bad_ends;
	/* How often a line was asked for. */
	uint32_t samples;
	/* Broken invariants are counted, not reported. */
	bool expect_bugs;
	struct world_phys phys[WORLD_PHYS];
	/* What the GIC can reach of the guest's memory, if it has LPIs. */
	uint8_t *ram;
};

struct world_config {
	uint32_t nr_lrs;
	uint32_t nr_vcpus;
	/* Host without HW bits in list registers, without TDIR. */
	bool no_hw_deactivation;
	bool no_tdir;
	/* The HW bit does nothing, though the library was not told so. */
	bool broken_hw;
	/* A GICv2 guest, whose interrupts are in Group 0 when reset. */
	bool gicv2;
	/* Its frames are placed, for guest_read32() and guest_write32(). */
	bool frames;
	/* Interrupt Translation Services, from WORLD_ITS on, LPIs, events. */
	uint32_t nr_its, nr_lpis, nr_events;
	/* The CPU interface in software, for vgic_trap_sysreg(). */
	bool soft;
	/* GICR_TYPER.Processor_Number of each vCPU; null: its index. */
	const uint32_t *numbers;
	/* Preemption bits; 0 means 5.  Priority bits; 0 means 8. */
	uint8_t pre_bits;
	uint8_t pri_bits;
};

/* Both groups open, no priority masked, EOImode 0, nobody in guest code. */
struct world *world_new(const struct world_config *config);
/* All leave, invariants hold, nothing was reported; frees. */
void world_end(struct world *w);
/* Invariants hold now; whoever was in guest code is put back. */
void world_check(struct world *w);

/* Enter and leave guest code.  No-ops when there already. */
void run(struct world *w, uint32_t v);
void stop(struct world *w, uint32_t v);
/* Give a vCPU the exits it is due.  Fails when they never end. */
void world_serve(struct world *w, uint32_t v);
/* Leave and enter: a time slice, say. */
void slice(struct world *w, uint32_t v);

/*
 * The guest on vCPU v, Group 1 unless said, of a GICv2 by GICC_IAR and EOIR.
 * v must be in guest code.
 */
uint32_t guest_ack(struct world *w, uint32_t v);
uint32_t guest_ack0(struct world *w, uint32_t v);
void guest_eoi(struct world *w, uint32_t v, uint32_t intid);
void guest_eoi0(struct world *w, uint32_t v, uint32_t intid);
/* ICC_DIR_EL1: traps, if the host can. */
void guest_dir(struct world *w, uint32_t v, uint32_t intid);
void guest_write(struct world *w, uint32_t v, uint32_t sysreg, uint64_t value);
uint64_t guest_read(struct world *w, uint32_t v, uint32_t sysreg);
bool guest_virq(struct world *w, uint32_t v);
/* EOImode for all vCPUs, before they run. */
void world_eoimode(struct world *w, unsigned int mode);

/* Change an interrupt, on the thread of vCPU v. */
void change(struct world *w, uint32_t v, uint32_t intid, enum vgic_change what,
	    uint32_t arg);
/* The private interrupt of vCPU `bank`, on the thread of vCPU v. */
void change_banked(struct world *w, uint32_t v, uint32_t bank, uint32_t intid,
		   enum vgic_change what, uint32_t arg);
/* GICD_CTLR's group enables. */
void dist_groups(struct world *w, uint32_t v, uint32_t enables);
/* Enabled, Group 1, edge or level, with this priority, routed to v. */
void setup(struct world *w, uint32_t v, uint32_t intid, uint32_t prio,
	   bool level);
/* A device's edge; level of a device's line. */
void edge(struct world *w, uint32_t intid);
void line(struct world *w, uint32_t intid, bool level);
/*
 * Map an interrupt of vCPU v to the physical one of the same number, with ops
 * that sample its line.
 */
void map(struct world *w, uint32_t v, uint32_t intid);
extern const struct vgic_irq_ops world_ops;
/* The line of a physical interrupt; it fires while high and not active. */
void phys_line(struct world *w, uint32_t pintid, bool level);
/* An edge of a physical interrupt: it fires once it is not active. */
void phys_edge(struct world *w, uint32_t pintid);

/* Where the frames are; a GICv3's redistributors follow one another. */
#define WORLD_DIST UINT64_C(0x08000000)
#define WORLD_CPU UINT64_C(0x08010000)
#define WORLD_REDIST UINT64_C(0x080a0000)
#define WORLD_ITS UINT64_C(0x09000000)
#define WORLD_RAM UINT64_C(0x40000000)
#define WORLD_RAM_SIZE 0x400000u
/* The guest on vCPU v, which may be in guest code, accesses a word. */
uint32_t guest_read32(struct world *w, uint32_t v, uint64_t ipa);
void guest_write32(struct world *w, uint32_t v, uint64_t ipa, uint32_t value);

struct vgic_irq_info info_of(struct world *w, uint32_t v, uint32_t intid);
bool is_pending(struct world *w, uint32_t intid);
bool is_active(struct world *w, uint32_t intid);
/* Place as in vgic_irq_info. */
void assert_place(struct world *w, uint32_t v, uint32_t intid,
		  const char *place);
/* The list register that holds an interrupt now, or 0. */
uint64_t lr_of(struct world *w, uint32_t v, uint32_t intid);
struct vgic_stats stats_of(struct world *w, uint32_t v);

/* Priority of the nth of interrupts that nest, each more urgent. */
uint32_t nesting(uint32_t n);
/* SPI 32 + n, an edge of that priority, comes and is acknowledged. */
void take(struct world *w, uint32_t n);

#endif
