/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a hypervisor at EL2 adds to give its guest a GICv3: the whole of it.
 * The hypervisor is a stub, el2/stub.c and el2/stub.S, with vCPU n on CPU n;
 * steps are those of docs/el2.md.  In this folder, with libvgic installed for
 * aarch64 without an operating system (preset el2-lib):
 *
 *     aarch64-linux-gnu-gcc -O2 -ffreestanding -nostdlib -static \
 *         -T el2/el2.lds -Wl,--build-id=none el2.c el2/stub.c el2/stub.S \
 *         $(pkg-config --cflags --libs vgic) -o el2.elf
 *     aarch64-linux-gnu-objcopy -O binary el2.elf el2.bin
 *
 * QEMU takes el2.bin as its -kernel, and the guest's image at GUEST_ENTRY:
 *
 *     qemu-system-aarch64 -M virt,gic-version=3,virtualization=on -smp 2 \
 *         -cpu cortex-a57 -nic none -nographic -kernel el2.bin \
 *         -device loader,file=GUEST,addr=0x42000000,force-raw=on
 */
#include <stddef.h>
#include <vgic/sysreg.h>
#include <vgic/trap.h>
#include <vgic/vgic.h>

#include "el2/stub.h"

#define GICD 0x08000000
#define GICR 0x080a0000
#define KICK_SGI 0u
#define MAINTENANCE_PPI 25u
#define TIMER_PPI 27u

#define EC(esr) ((esr) >> 26 & 0x3f)
#define EC_HVC 0x16
#define EC_SMC 0x17
#define EC_SYSREG 0x18
#define EC_DATA_ABORT 0x24
/* ESR_EL2.ISS of a data abort.  DDI 0487 D24.2 */
#define ISV(esr) ((esr) >> 24 & 1)
#define WIDTH(esr) (1u << ((esr) >> 22 & 3))
#define RT(esr) ((esr) >> 16 & 31)
#define WRITE(esr) ((esr) >> 6 & 1)

static struct vgic *gic;
/* vgic_memory_size() of eight vCPUs and 256 SPIs is 23 KB. */
static _Alignas(64) unsigned char memory[64 * 1024];

/*
 * Step 3.  The vCPU has to leave the guest.  What was stored before must be
 * visible to it before the interrupt is: the barrier is not part of the SGI.
 */
static void kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	__asm__ volatile("dsb ishst" : : : "memory");
	gic_send_sgi(KICK_SGI, vcpu);
}

/* Step 8.  The library calls this on the vCPU's own CPU, whose PPI it is. */
static void phys_set_active(void *ctx, uint32_t pintid, bool active)
{
	(void)ctx;
	gic_set_active(pintid, active);
}

static void bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	(void)ctx, (void)vcpu, (void)intid;
	die(what);
}

/* The timer's line: enabled, not masked, and its time has come. */
static bool timer_level(void *opaque, uint32_t vcpu, uint32_t intid)
{
	(void)opaque, (void)vcpu, (void)intid;
	return (read_sysreg(cntv_ctl_el0) & 7) == 5;
}

static const struct vgic_host_ops host = {
	.kick = kick,
	.phys_set_active = phys_set_active,
	.bug = bug,
};
static const struct vgic_irq_ops timer_ops = { .get_input_level = timer_level };

static void must(int err)
{
	if (err) {
		die(vgic_strerror(err));
	}
}

/* Steps 4, 5 and 8: once, on the boot CPU, at EL2, after step 1. */
void vgic_init(void)
{
	struct vgic_config config = {
		.arch = &vgic_gicv3,
		.nr_vcpus = gic_nr_cpus(),
		.nr_spis = 256,
		.nr_redist_regions = 1,
		.nr_side_entries = MAX_CPUS,
		.cpuif = &vgic_ich_backend,
		.host = &host,
	};
	struct vgic_config_fault fault;

	vgic_ich_probe(&config.caps);
	if (vgic_config_check(&config, &fault)) {
		die(fault.field);
	}
	must(vgic_create(&config, memory, sizeof(memory), &gic));
	must(vgic_set_dist_base(gic, GICD));
	must(vgic_add_redist_region(gic, GICR, config.nr_vcpus));
	for (uint32_t i = 0; i < config.nr_vcpus; i++) {
		/* -smp without clusters: CPU n has affinity n. */
		must(vgic_vcpu_create(gic, i, i, NULL, &vcpus[i].vgic));
		must(vgic_set_irq_ops(gic, i, TIMER_PPI, &timer_ops, NULL));
		must(vgic_map_irq(gic, i, TIMER_PPI, TIMER_PPI));
	}
}

/*
 * Step 7.  A physical interrupt ended the guest.  The timer's stays active
 * until the guest ends its own: by that the hardware ends it, too.
 */
static void physical_irq(struct vcpu *vcpu)
{
	uint32_t intid = gic_acknowledge();

	if (intid >= 1020) {
		return;
	}
	gic_drop_priority(intid);
	if (intid == TIMER_PPI) {
		must(vgic_inject_irq(gic, vcpu->index, TIMER_PPI, true, NULL));
	} else {
		/* A kick, or maintenance: vgic_exit() and _enter() are it. */
		gic_deactivate(intid);
	}
}

/* Step 6.  The access is done, or the guest executes it again. */
static void emulate(struct vcpu *vcpu, uint64_t esr)
{
	bool write = EC(esr) == EC_SYSREG ? !VGIC_SYSREG_ESR_IS_READ(esr) :
					    WRITE(esr);
	unsigned int rt = EC(esr) == EC_SYSREG ? VGIC_SYSREG_ESR_RT(esr) :
						 RT(esr);
	uint64_t ipa = read_sysreg(hpfar_el2) >> 4 << 12 |
		       (read_sysreg(far_el2) & 0xfff);
	uint64_t value = rt == 31 ? 0 : vcpu->x[rt];
	enum vgic_trap result = VGIC_TRAP_NOT_MINE;

	if (EC(esr) == EC_SYSREG) {
		result = vgic_trap_sysreg(vcpu->vgic, VGIC_SYSREG_FROM_ESR(esr),
					  write, &value);
	} else if (ISV(esr)) {
		result = vgic_trap_mmio(vcpu->vgic, ipa, WIDTH(esr), write,
					&value);
	}
	if (result == VGIC_TRAP_RETRY) {
		return;
	}
	if (result != VGIC_TRAP_DONE) {
		die("a trap that nothing handles");
	}
	if (!write && rt != 31) {
		vcpu->x[rt] = value;
	}
	vcpu->pc += 4;
}

static void handle_exit(struct vcpu *vcpu, uint64_t why)
{
	uint64_t esr = read_sysreg(esr_el2);

	if (why == EXIT_IRQ) {
		physical_irq(vcpu);
	} else if (EC(esr) == EC_HVC || EC(esr) == EC_SMC) {
		psci(vcpu);
	} else if (EC(esr) == EC_SYSREG || EC(esr) == EC_DATA_ABORT) {
		emulate(vcpu, esr);
	} else {
		die("an exception that nothing handles");
	}
}

/* Step 9.  This CPU's loop; interrupts are masked wherever EL2 runs. */
void vcpu_main(struct vcpu *vcpu)
{
	must(vgic_vcpu_reset(vcpu->vgic, true));
	vgic_load(vcpu->vgic);
	for (;;) {
		uint64_t why;

		vgic_enter(vcpu->vgic);
		why = guest_run(vcpu);
		vgic_exit(vcpu->vgic);
		handle_exit(vcpu, why);
	}
}

void vcpu_leave(struct vcpu *vcpu)
{
	vgic_put(vcpu->vgic);
}
