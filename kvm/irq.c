/* SPDX-License-Identifier: BSD-2-Clause */
/* KVM_IRQ_LINE and KVM_SIGNAL_MSI. */
#include "kvm.h"

#include "regs/gicv3.h"
#include "regs/gicv5.h"

/* What the bits of vgic_kvm_irq_level.irq say. */
struct line {
	uint32_t vcpu; /* index, or KVM_NO_VCPU */
	uint32_t num;
	bool level;
};

/* The number has outgrown its eight bits: four more are elsewhere. */
static uint32_t vcpu_id(uint32_t irq)
{
	return (uint32_t)(FIELD_GET(VGIC_KVM_IRQ_VCPU2, irq) << 8 |
			  FIELD_GET(VGIC_KVM_IRQ_VCPU, irq));
}

/* Only a VM whose interrupt controller is the VMM's has such lines. */
static int cpu_line(struct vgic_kvm *vm, const struct line *line)
{
	const struct vgic_kvm_config *config = &vm->config;

	if (kvm_load(&vm->created) || !config->cpu_line) {
		return -VGIC_KVM_ENXIO;
	}
	if (line->vcpu == KVM_NO_VCPU || line->num > 1) {
		return -VGIC_KVM_EINVAL;
	}
	config->cpu_line(config->ctx, vm->vcpus[line->vcpu].id,
			 line->num == 1, line->level);
	return 0;
}

/*
 * A GICv2 comes into being when it is first used, others by CTRL_INIT.  Of two
 * threads that use it first one makes it, and the other comes back.
 */
static int ready(struct vgic_kvm *vm)
{
	int err;

	if (kvm_gic(vm)) {
		return 0;
	}
	if (vm->model != VGIC_GICV2) {
		return -VGIC_KVM_EBUSY;
	}
	if (!vgic_kvm_hold(vm)) {
		return kvm_gic(vm) ? 0 : -VGIC_KVM_EAGAIN;
	}
	err = vgic_kvm_init(vm);
	vgic_kvm_let_in(vm);
	return err;
}

static int inject(struct vgic_kvm *vm, uint32_t vcpu, uint32_t intid,
		  bool level)
{
	int err = ready(vm);

	if (err) {
		return err;
	}
	err = vgic_inject_irq(kvm_gic(vm), vcpu, intid, level, NULL);
	return err == VGIC_E_NOENT ? -VGIC_KVM_EINVAL : vgic_kvm_errno_of(err);
}

static int spi_line(struct vgic_kvm *vm, const struct line *line)
{
	if (!kvm_load(&vm->created)) {
		return -VGIC_KVM_ENXIO;
	}
	if (vm->model == VGIC_GICV5) {
		return inject(vm, 0, GICV5_SPI(line->num), line->level);
	}
	if (line->num < GIC_SPI_BASE) {
		return -VGIC_KVM_EINVAL;
	}
	return inject(vm, 0, line->num, line->level);
}

uint32_t vgic_kvm_pin_intid(const struct vgic_kvm *vm, uint32_t pin)
{
	return vm->model == VGIC_GICV5 ? GICV5_SPI(pin) : pin + GIC_SPI_BASE;
}

int vgic_kvm_spi_pin(struct vgic_kvm *vm, uint32_t pin, bool level)
{
	return inject(vm, 0, vgic_kvm_pin_intid(vm, pin), level);
}

bool vgic_kvm_pin_is_level(const struct vgic_kvm *vm, uint32_t pin)
{
	struct vgic_irq_info info;

	return vgic_get_irq_info(kvm_gic(vm), 0, vgic_kvm_pin_intid(vm, pin),
				 &info) == VGIC_OK &&
	       info.level;
}

/* Others are devices' in the host, or not there. */
static bool drivable(const struct vgic_kvm *vm, uint32_t ppi)
{
	uint64_t mask[2] = { 0, 0 };

	if (vm->model != VGIC_GICV5) {
		return ppi >= GIC_NR_SGIS && ppi < GIC_SPI_BASE;
	}
	if (kvm_gic(vm)) {
		vgic_userspace_ppis(kvm_gic(vm), mask);
	}
	return ppi < 128 && (mask[ppi / 64] >> (ppi % 64) & 1);
}

static int ppi_line(struct vgic_kvm *vm, const struct line *line)
{
	if (!kvm_load(&vm->created)) {
		return -VGIC_KVM_ENXIO;
	}
	if (line->vcpu == KVM_NO_VCPU || !drivable(vm, line->num)) {
		return -VGIC_KVM_EINVAL;
	}
	return inject(vm, line->vcpu,
		      vm->model == VGIC_GICV5 ? GICV5_PPI(line->num) :
						line->num,
		      line->level);
}

int vgic_kvm_irq_line(struct vgic_kvm *vm,
		      const struct vgic_kvm_irq_level *level)
{
	struct line line;

	if (!level) {
		return -VGIC_KVM_EFAULT;
	}
	line.vcpu = vgic_kvm_find_id(vm, vcpu_id(level->irq));
	line.num = (uint32_t)FIELD_GET(VGIC_KVM_IRQ_NUM, level->irq);
	line.level = level->level != 0;
	switch (FIELD_GET(VGIC_KVM_IRQ_TYPE, level->irq)) {
	case VGIC_KVM_IRQ_TYPE_CPU:
		return cpu_line(vm, &line);
	case VGIC_KVM_IRQ_TYPE_SPI:
		return spi_line(vm, &line);
	case VGIC_KVM_IRQ_TYPE_PPI:
		return ppi_line(vm, &line);
	default:
		return -VGIC_KVM_EINVAL;
	}
}

int vgic_kvm_signal_msi(struct vgic_kvm *vm, const struct vgic_kvm_msi *msi)
{
	if (!msi) {
		return -VGIC_KVM_EFAULT;
	}
	if (!kvm_load(&vm->created) ||
	    (msi->flags & ~VGIC_KVM_MSI_VALID_DEVID)) {
		return -VGIC_KVM_EINVAL;
	}
	if (kvm_load(&vm->nr_its)) {
		return vgic_kvm_its_msi(vm, msi);
	}
	return vm->config.msi ? vm->config.msi(vm->config.ctx, msi) :
				-VGIC_KVM_ENODEV;
}
