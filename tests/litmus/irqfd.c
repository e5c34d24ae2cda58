/* SPDX-License-Identifier: BSD-2-Clause */
/* The GICv3 of the stress behind KVM's door, its SPIs by irqfds. */
#include "tests/litmus/litmus.h"

#include <stdlib.h>
#include <string.h>

#include <vgic/kvm.h>

#include "regs/gicv3.h"
#include "tests/stress/ram.h"
#include "tests/stress/v3.h"

#define FIRST_FD 100u

static struct vgic_kvm *kvm;

static void *kvm_alloc(void *ctx, size_t size)
{
	(void)ctx;
	return aligned_alloc(64, (size + 63) / 64 * 64);
}

static void kvm_release(void *ctx, void *memory)
{
	(void)ctx;
	free(memory);
}

static int copy_in(void *ctx, void *to, uint64_t addr, size_t size)
{
	(void)ctx;
	return addr ? !memcpy(to, (void *)(uintptr_t)addr, size) : -1;
}

static int copy_out(void *ctx, uint64_t addr, const void *from, size_t size)
{
	(void)ctx;
	return addr ? !memcpy((void *)(uintptr_t)addr, from, size) : -1;
}

static void set_attr(uint32_t fd, uint32_t group, uint64_t attr, uint64_t value)
{
	const struct vgic_kvm_device_attr a = {
		.group = group,
		.attr = attr,
		.addr = (uintptr_t)&value,
	};

	must(!vgic_kvm_set_attr(kvm, fd, &a));
}

static void set_up_device(void)
{
	struct vgic_kvm_create_device gic = { .type = VGIC_KVM_DEV_V3 };

	must(!vgic_kvm_create_device(kvm, &gic));
	set_attr(gic.fd, VGIC_KVM_GRP_ADDR, VGIC_KVM_ADDR_V3_DIST, DIST);
	set_attr(gic.fd, VGIC_KVM_GRP_ADDR, VGIC_KVM_ADDR_V3_REDIST, REDIST);
	set_attr(gic.fd, VGIC_KVM_GRP_NR_IRQS, 0, NR_SPIS + GIC_SPI_BASE);
	set_attr(gic.fd, VGIC_KVM_GRP_CTRL, VGIC_KVM_CTRL_INIT, 0);
}

/* SPI n is GSI n, as KVM has it from the start. */
static void give_irqfd(const struct source *s)
{
	const struct vgic_kvm_irqfd irqfd = {
		.fd = FIRST_FD + s->intid,
		.gsi = s->intid - GIC_SPI_BASE,
	};

	must(!vgic_kvm_irqfd(kvm, &irqfd));
}

void irqfd_signal(const struct source *s)
{
	must(!vgic_kvm_irqfd_signal(kvm, FIRST_FD + s->intid));
}

static void make(uint32_t n)
{
	struct vgic_kvm_config config = {
		.models = VGIC_KVM_HAS_V3,
		.ipa_bits = 40,
		.alloc = kvm_alloc,
		.release = kvm_release,
		.copy_in = copy_in,
		.copy_out = copy_out,
		.gic = { .nr_side_entries = 32, .host = &ram_host },
	};

	v3_make_cpuifs(n, &config.gic);
	must(!vgic_kvm_create(&config, &kvm));
	for (uint32_t v = 0; v < NR_CPUS; v++) {
		must(!vgic_kvm_add_vcpu(kvm, v, v, &vm.cpu[v].hw));
	}
	set_up_device();
	vm.gic = vgic_kvm_gic(kvm);
	for (uint32_t v = 0; v < NR_CPUS; v++) {
		must(!vgic_kvm_run_begin(kvm, v));
		vm.cpu[v].vcpu = vgic_kvm_vcpu(kvm, v);
	}
	v3_add_sources();
	give_irqfd(litmus_edge());
}

static void unmake(void)
{
	vgic_kvm_destroy(kvm);
}

const struct machine irqfd_machine = {
	.name = "irqfd",
	.make = make,
	.unmake = unmake,
	.open = v3_open,
	.setup = v3_setup,
	.take = v3_take,
	.end = v3_end,
	.deactivate = v3_dir,
	.recover = v3_recover,
	.maintenance = v3_maintenance,
	.acts = v3_acts,
};
