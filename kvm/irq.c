/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM_IRQ_LINE and KVM_SIGNAL_MSI, and the lines of SPIs for irqfd.c.
 *
 * Any thread may call these at any time: they read only fields that are
 * published once, and the library's injection takes no lock.
 */
#include "kvm.h"

#include "regs/gicv3.h"
#include "regs/gicv5.h"

/* vgic_kvm_irq_level.irq, decoded. */
struct line {
	uint32_t vcpu; /* index, or KVM_NO_VCPU */
	uint32_t num;
	bool level;
};

/*
 * The vCPU's id had eight bits in KVM's first layout of this word; four more
 * were added elsewhere (KVM_CAP_ARM_IRQ_LINE_LAYOUT_2).
 */
static uint32_t vcpu_id(uint32_t irq)
{
	return (uint32_t)(FIELD_GET(VGIC_KVM_IRQ_VCPU2, irq) << 8 |
			  FIELD_GET(VGIC_KVM_IRQ_VCPU, irq));
}

/*
 * The IRQ or FIQ input of a CPU.  Only a VM without GIC has it: there the VMM
 * emulates the interrupt controller.
 */
static int cpu_line(struct vgic_kvm *vm, const struct line *line)
{
	const struct vgic_kvm_config *config = &vm->config;

	if (kvm_load(&vm->created) || !config->cpu_line) {
		return -VGIC_KVM_ENXIO;
	}
	if (line->vcpu == KVM_NO_VCPU || line->num > 1) {
		return -VGIC_KVM_EINVAL;
	}
	config->cpu_line(config->ctx, vm->vcpus[line->vcpu].id, line->num == 1,
			 line->level);
	return 0;
}

/*
 * Does the GIC exist, so that it takes interrupts?  KVM initialises a GICv2 at
 * its first use, any other model by CTRL_INIT.  If two threads are the first to
 * use a GICv2, one makes it and the other gets EAGAIN: it must not wait.
 */
static int ready(struct vgic_kvm *vm)
{
	int err;

	if (kvm_gic(vm)) {
		return 0;
	}
	if (!kvm_shape(vm)->made_at_first_use) {
		return -VGIC_KVM_EBUSY;
	}
	if (!vgic_kvm_hold(vm)) {
		/*
		 * The door is held by a thread that may have made the GIC
		 * meanwhile.
		 */
		return kvm_gic(vm) ? 0 : -VGIC_KVM_EAGAIN;
	}
	err = vgic_kvm_init(vm);
	vgic_kvm_let_in(vm);
	return err;
}

/*
 * Set a line of the GIC.  An interrupt that does not exist is EINVAL here, as
 * KVM has it, not ENOENT.
 */
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

/*
 * KVM_IRQ_LINE names an SPI by INTID, so numbers below 32 are wrong; a GICv5's
 * SPI by its number among the SPIs.
 */
static int spi_line(struct vgic_kvm *vm, const struct line *line)
{
	if (!kvm_load(&vm->created)) {
		return -VGIC_KVM_ENXIO;
	}
	if (line->num < kvm_shape(vm)->counted_irqs) {
		return -VGIC_KVM_EINVAL;
	}
	return vgic_kvm_spi_pin(vm, line->num - kvm_shape(vm)->counted_irqs,
				line->level);
}

uint32_t vgic_kvm_pin_intid(const struct vgic_kvm *vm, uint32_t pin)
{
	return kvm_shape(vm)->spi_base + pin;
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

/*
 * May the VMM drive this PPI?  A GICv5's other PPIs belong to devices in the
 * host, or do not exist.
 */
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

/* A PPI belongs to one vCPU, which the VMM has to name. */
static int ppi_line(struct vgic_kvm *vm, const struct line *line)
{
	if (!kvm_load(&vm->created)) {
		return -VGIC_KVM_ENXIO;
	}
	if (line->vcpu == KVM_NO_VCPU || !drivable(vm, line->num)) {
		return -VGIC_KVM_EINVAL;
	}
	return inject(vm, line->vcpu, kvm_shape(vm)->ppi_base + line->num,
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

/*
 * A VM with ITS devices sends messages there; without them the VMM may have a
 * controller of its own, such as a GICv2m frame (config.msi).
 */
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
