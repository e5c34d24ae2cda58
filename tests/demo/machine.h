/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guest/port.h on the host: libvgic over modelled hardware.  CPUs are
 * coroutines that take turns at every access, so a run is the same each time.
 *
 * machine.c is what all guests have in common; gic2.c, gic3.c and gic5.c are
 * a GIC each, of which a program has one.
 */
#ifndef VGIC_TESTS_DEMO_MACHINE_H
#define VGIC_TESTS_DEMO_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

#include <vgic/trap.h>
#include <vgic/vgic.h>

#include "guest/port.h"
#include "tests/machine/backend.h"

#define GICD_BASE UINT64_C(0x08000000)
#define NR_SPIS 224

/* The machine below. */
struct machine_config {
	unsigned int nr_cpus;
	/* List registers, 1 .. 16. */
	unsigned int nr_lrs;
	/* Its GIC is a GICv5; else one that has the list registers. */
	bool gicv5;
	/* The CPU interface is software all the same. */
	bool soft;
	/* To try: the host forgets to mask what the guest gets directly. */
	bool unmasked;
};

struct cpu {
	ucontext_t context;
	char *stack;
	void (*entry)(void);
	bool on;
	bool masked;
	bool kicked;
	/* Between vgic_enter() and vgic_exit(): not while it sleeps in WFI. */
	bool entered;
	/* In WFI, and the IRS rang for it. */
	bool doorbell;
	struct vgic_vcpu *vcpu;
	struct backend_cpu hw;
	/* The virtual timer, and its physical interrupt at the host's GIC. */
	bool timer_on;
	uint64_t deadline;
	bool phys_active;
	/* Injected directly: the host has its own enable, and took it. */
	bool host_enabled, host_took;
};

struct machine {
	struct machine_config config;
	struct vgic *gic;
	struct cpu cpu[PORT_MAX_CPUS];
	unsigned int current;
	uint64_t now_us;
	unsigned int pauses;
	unsigned int violations;
	void (*irq)(void);
	void (*fiq)(void);
	/* Where the console goes. */
	void (*console)(char c);
	ucontext_t main;
};

extern struct machine machine;

/* Make a machine; false: a parameter is out of range. */
bool machine_init(const struct machine_config *config);

/*
 * Run guest_main() to its end.  Returns the number of broken invariants, and
 * one more when the program says that something was not right.
 */
unsigned int machine_run(void);

/*
 * What a GIC provides.  First, to make everything; then of a CPU that is in
 * guest code: signals as VGIC_VIRQ and VGIC_VFIQ, whether the maintenance
 * interrupt is up, and to hear of the timer's line.
 */
bool gic_create(void);
unsigned int gic_signals(struct cpu *cpu);
bool gic_maintenance(const struct cpu *cpu);
void gic_timer(struct cpu *cpu, bool line);
/* Is a vCPU that is in WFI to wake up?  `line` is its timer's. */
bool gic_wakes(struct cpu *cpu, bool line);
/* The timer's owner: its vCPU is about to be loaded, or was put away. */
void gic_loading(struct cpu *cpu, bool loading);

/*
 * gicd.c, for a GICv2 and a GICv3: they make the GIC on a back-end, where
 * place() sets its other frames, and access its CPU interface.
 */
bool gicd_create(struct vgic_config *config, const char *name,
		 bool (*place)(void));
enum model_access gicd_access(struct cpu *cpu, uint32_t reg, bool write,
			      uint64_t *value);

/* What it can do with the machine. */
struct cpu *machine_self(void);
_Noreturn void machine_die(const char *why);
/* All but the GIC's own in a configuration; then the GIC itself. */
void machine_fill(struct vgic_config *config);
bool machine_create(const struct vgic_config *config);
/* A vCPU on interface `hw`, with its timer `intid` mapped to `pintid`. */
bool machine_add_cpu(unsigned int index, void *hw, uint32_t intid,
		     uint32_t pintid);
/* Physical interrupts that the hardware ends: config.deactivate. */
void machine_deactivate(void *ctx, uint32_t pintid);
/* The host takes the timer's physical interrupt and injects the virtual. */
void machine_inject_timer(struct cpu *cpu, bool line);
void machine_leave(struct cpu *cpu);
void machine_enter(struct cpu *cpu);
/* After each access: exits that are due, then interrupts. */
void machine_attend(void);
/* Trapped accesses. */
uint64_t machine_mmio(uint64_t ipa, unsigned int width, bool write,
		      uint64_t value);
void machine_trap(struct cpu *cpu, uint32_t reg, bool write, uint64_t *value);

#endif
