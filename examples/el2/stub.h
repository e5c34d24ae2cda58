/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hypervisor without a GIC for its guest: one guest, whose memory is where
 * the machine's is, vCPU n on CPU n.  QEMU's `virt` machine.  What it lacks is
 * in ../el2.c.
 */
#ifndef EL2_STUB_H
#define EL2_STUB_H

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>
#endif

#define MAX_CPUS 8
#define STACK_SIZE 0x4000
#define GUEST_ENTRY 0x42000000 /* where QEMU puts the guest's image */

/* struct vcpu, and why guest_run() returned. */
#define VCPU_PC 248
#define VCPU_PSTATE 256
#define EXIT_SYNC 0
#define EXIT_IRQ 1

#ifndef __ASSEMBLER__
struct vcpu {
	uint64_t x[31];
	uint64_t pc, pstate;
	uint32_t index;
	struct vgic_vcpu *vgic;
};

extern struct vcpu vcpus[MAX_CPUS];

/* stub.S: the guest runs until it traps or a physical interrupt comes. */
uint64_t guest_run(struct vcpu *vcpu);
int64_t smc(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3);
/* stub.c: the hypervisor's own GIC driver. */
unsigned int gic_nr_cpus(void);
uint32_t gic_acknowledge(void);
void gic_drop_priority(uint32_t intid);
void gic_deactivate(uint32_t intid);
/* Of this CPU's SGIs and PPIs. */
void gic_set_active(uint32_t intid, bool active);
void gic_send_sgi(uint32_t sgi, uint32_t cpu);
/* HVC and SMC of the guest's. */
void psci(struct vcpu *vcpu);
_Noreturn void die(const char *why);

/* ../el2.c: what libvgic adds. */
void vgic_init(void);
_Noreturn void vcpu_main(struct vcpu *vcpu);
/* The guest turns this vCPU off, on its own CPU. */
void vcpu_leave(struct vcpu *vcpu);

#define read_sysreg(name) \
	({ \
		uint64_t value_; \
		__asm__ volatile("mrs %0, " #name \
				 : "=r"(value_) \
				 : \
				 : "memory"); \
		value_; \
	})
#define write_sysreg(name, value) \
	__asm__ volatile("msr " #name ", %0" \
			 : \
			 : "r"((uint64_t)(value)) \
			 : "memory")
#endif

#endif
