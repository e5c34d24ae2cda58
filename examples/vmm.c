/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A VMM on libvgic's KVM door, where kvmtool or QEMU have ioctls: two vCPUs,
 * a GICv3, a device with a level-sensitive SPI.  The "guest" is what a kernel
 * would do with its GIC, each access a trap, as in an emulator.
 *     cc vmm.c $(pkg-config --cflags --libs vgic-kvm vgic-soft)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vgic/kvm.h>
#include <vgic/trap.h>

#define GICD 0x08000000ull
#define GICR 0x080a0000ull
#define UART_SPI 33u
#define SYSREG(crn, crm, op2) (3u << 14 | (crn) << 7 | (crm) << 3 | (op2))
#define ICC_PMR_EL1 SYSREG(4, 6, 0)
#define ICC_IAR1_EL1 SYSREG(12, 12, 0)
#define ICC_EOIR1_EL1 SYSREG(12, 12, 1)
#define ICC_IGRPEN1_EL1 SYSREG(12, 12, 7)

static struct vgic_kvm *vm;
static uint32_t gic_fd;

static void *vmm_alloc(void *ctx, size_t size)
{
	(void)ctx;
	return aligned_alloc(64, (size + 63) / 64 * 64);
}

static void vmm_release(void *ctx, void *memory)
{
	(void)ctx, free(memory);
}

/* vgic_kvm_device_attr.addr is a pointer in this process. */
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

/* A vCPU has to look: a VMM with threads would signal that vCPU's. */
static void kick(void *ctx, uint32_t vcpu)
{
	(void)ctx, (void)vcpu;
}

static void must(const char *what, int err)
{
	if (err) {
		fprintf(stderr, "%s: errno %d\n", what, -err);
		exit(1);
	}
}

static void set_attr(uint32_t group, uint64_t attr, uint64_t value)
{
	const struct vgic_kvm_device_attr a = {
		.group = group,
		.attr = attr,
		.addr = (uintptr_t)&value,
	};

	must("KVM_SET_DEVICE_ATTR", vgic_kvm_set_attr(vm, gic_fd, &a));
}

static void irq_line(uint32_t spi, bool level)
{
	const struct vgic_kvm_irq_level l = {
		.irq = VGIC_KVM_IRQ_TYPE_SPI << VGIC_KVM_IRQ_TYPE_SHIFT | spi,
		.level = level,
	};

	must("KVM_IRQ_LINE", vgic_kvm_irq_line(vm, &l));
}

/* The guest's accesses: out of guest code, what it wants, back in. */
static void store(struct vgic_vcpu *vcpu, uint64_t ipa, uint64_t value)
{
	vgic_exit(vcpu);
	vgic_trap_mmio(vcpu, ipa, 4, true, &value);
	vgic_enter(vcpu);
}

static uint64_t sysreg(struct vgic_vcpu *vcpu, uint32_t reg, bool write,
		       uint64_t value)
{
	vgic_exit(vcpu);
	vgic_trap_sysreg(vcpu, reg, write, &value);
	vgic_enter(vcpu);
	return value;
}

/* KVM_RUN: the guest sets itself up and takes what comes. */
static void run(uint32_t id)
{
	must("KVM_RUN", vgic_kvm_run_begin(vm, id));
	struct vgic_vcpu *vcpu = vgic_kvm_vcpu(vm, id);

	vgic_load(vcpu);
	vgic_enter(vcpu);
	store(vcpu, GICD, 2);	      /* EnableGrp1 */
	store(vcpu, GICD + 0xc08, 0); /* 33 is a level */
	store(vcpu, GICD + 0x104, 1u << (UART_SPI - 32));
	store(vcpu, GICD + 0x6000 + 8 * UART_SPI, 1); /* for vCPU 1 */
	sysreg(vcpu, ICC_PMR_EL1, true, 0xf0);
	sysreg(vcpu, ICC_IGRPEN1_EL1, true, 1);
	while (vgic_irq_asserted(vcpu)) {
		uint64_t intid = sysreg(vcpu, ICC_IAR1_EL1, false, 0);

		printf("vCPU %u: IRQ %u\n", id, (unsigned int)intid);
		irq_line((uint32_t)intid, false); /* it is served */
		sysreg(vcpu, ICC_EOIR1_EL1, true, intid);
	}
	vgic_exit(vcpu);
	vgic_kvm_run_end(vm, id);
}

int main(void)
{
	const struct vgic_host_ops host = { .kick = kick };
	struct vgic_kvm_create_device gic = { .type = VGIC_KVM_DEV_V3 };
	struct vgic_kvm_config config = {
		.models = VGIC_KVM_HAS_V3,
		.ipa_bits = 40,
		.alloc = vmm_alloc,
		.release = vmm_release,
		.copy_in = copy_in,
		.copy_out = copy_out,
		.gic = { .cpuif = &vgic_soft_backend, .host = &host },
	};
	void *hw[] = { vmm_alloc(NULL, vgic_soft_size()),
		       vmm_alloc(NULL, vgic_soft_size()) };

	vgic_soft_init(hw[0], false, NULL, NULL, &config.gic.caps);
	vgic_soft_init(hw[1], false, NULL, NULL, &config.gic.caps);
	must("KVM_CREATE_VM", vgic_kvm_create(&config, &vm));
	must("KVM_CREATE_VCPU", vgic_kvm_add_vcpu(vm, 0, 0, hw[0]));
	must("KVM_CREATE_VCPU", vgic_kvm_add_vcpu(vm, 1, 1, hw[1]));
	must("KVM_CREATE_DEVICE", vgic_kvm_create_device(vm, &gic));
	gic_fd = gic.fd;
	set_attr(VGIC_KVM_GRP_ADDR, VGIC_KVM_ADDR_V3_DIST, GICD);
	set_attr(VGIC_KVM_GRP_ADDR, VGIC_KVM_ADDR_V3_REDIST, GICR);
	set_attr(VGIC_KVM_GRP_NR_IRQS, 0, 64);
	set_attr(VGIC_KVM_GRP_CTRL, VGIC_KVM_CTRL_INIT, 0);
	run(0);
	irq_line(UART_SPI, true); /* a device wants attention */
	run(1);
	vgic_kvm_destroy(vm);
	return 0;
}
