/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The groups of registers.  What comes first of several errors: a vCPU that
 * is not there, the VMM's memory when it is read, a vCPU that runs, a GIC
 * that is not initialised, and then what the register says.
 */
#include "kvm.h"

#include "regs/gicv3.h"

/* A GICv3's distributor is one for all; else attr names the vCPU. */
static uint32_t named_vcpu(const struct vgic_kvm *vm, uint64_t attr,
			   enum vgic_uaccess_frame frame)
{
	if (vm->model == VGIC_GICV2) {
		return vgic_kvm_find_id(
			vm, (uint32_t)FIELD_GET(VGIC_KVM_ATTR_CPUID, attr));
	}
	if (frame == VGIC_UACCESS_DIST) {
		return kvm_load(&vm->nr_vcpus) ? 0 : KVM_NO_VCPU;
	}
	return vgic_kvm_find_mpidr(
		vm, (uint32_t)FIELD_GET(VGIC_KVM_ATTR_MPIDR, attr));
}

/* Only what starts at a register and stands for interrupts that exist. */
static int has_reg(const struct vgic_kvm *vm, enum vgic_uaccess_frame frame,
		   uint64_t attr)
{
	uint32_t offset = (uint32_t)FIELD_GET(VGIC_KVM_ATTR_OFFSET, attr);

	if (named_vcpu(vm, attr, frame) == KVM_NO_VCPU) {
		return -VGIC_KVM_EINVAL;
	}
	return vgic_uaccess_has(vm->model, frame, vgic_kvm_nr_irqs(vm),
				offset) ?
		       0 :
		       -VGIC_KVM_ENXIO;
}

int vgic_kvm_has_dist(const struct vgic_kvm *vm, uint64_t attr)
{
	return has_reg(vm, VGIC_UACCESS_DIST, attr);
}

int vgic_kvm_has_cpu(const struct vgic_kvm *vm, uint64_t attr)
{
	return has_reg(vm, VGIC_UACCESS_CPU, attr);
}

int vgic_kvm_has_redist(const struct vgic_kvm *vm, uint64_t attr)
{
	return has_reg(vm, VGIC_UACCESS_REDIST, attr);
}

int vgic_kvm_settled(const struct kvm_access *a)
{
	if (!a->held) {
		return -VGIC_KVM_EBUSY;
	}
	if (!kvm_gic(a->vm) && a->vm->model == VGIC_GICV2) {
		return vgic_kvm_init(a->vm);
	}
	return kvm_gic(a->vm) ? 0 : -VGIC_KVM_EBUSY;
}

/* Before there is a GIC its GICD_IIDR and GICD_TYPER2 can be settled. */
static bool is_early(const struct vgic_kvm *vm, uint32_t offset)
{
	return vm->model == VGIC_GICV3 && !kvm_gic(vm) &&
	       (offset == GICD_IIDR || offset == GICD_TYPER2);
}

static uint32_t early_iidr(const struct vgic_kvm *vm)
{
	return (uint32_t)(FIELD_PUT(GICD_IIDR_Implementer, 0x43b) |
			  FIELD_PUT(GICD_IIDR_Revision, vm->revision) |
			  FIELD_PUT(GICD_IIDR_ProductID, 0x4b));
}

static int early_reg(struct vgic_kvm *vm, uint32_t offset, bool write,
		     uint32_t *value)
{
	uint32_t now = offset == GICD_IIDR ? early_iidr(vm) : 0;
	uint32_t revision =
		(uint32_t)FIELD_GET(GICD_IIDR_Revision, *value);

	if (!write) {
		*value = now;
		return 0;
	}
	if (offset == GICD_TYPER2) {
		return *value == now ? 0 : -VGIC_KVM_EINVAL;
	}
	if (((*value ^ now) & ~(uint32_t)FIELD_MASK(GICD_IIDR_Revision)) ||
	    revision < 2 || revision > 3) {
		return -VGIC_KVM_EINVAL;
	}
	vm->revision = revision;
	return 0;
}

/*
 * What KVM has made of some registers: GICD_TYPER2 is final, and a GICv2 has
 * groups only for a VMM that shows by GICD_IIDR that it knows of them.
 */
static int dist_reg(struct vgic_kvm *vm, struct vgic_vcpu *vcpu,
		    uint32_t offset, bool write, uint32_t *value)
{
	bool v2 = vm->model == VGIC_GICV2;
	int err;

	if (write && !v2 && offset == GICD_TYPER2) {
		return *value ? -VGIC_KVM_EBUSY : 0;
	}
	if (write && v2 && !vm->groups_writable &&
	    offset - GICD_IGROUPR < 0x80) {
		return 0;
	}
	err = vgic_uaccess_reg(vcpu, VGIC_UACCESS_DIST, offset, write, value);
	if (!err && write && offset == GICD_IIDR) {
		vm->groups_writable = true;
	}
	return err == VGIC_E_NOENT ? err : vgic_kvm_errno_of(err);
}

static int access_reg(struct vgic_kvm *vm, uint32_t vcpu,
		      enum vgic_uaccess_frame frame, uint32_t offset,
		      bool write, uint32_t *value)
{
	struct vgic_vcpu *v = vm->vcpus[vcpu].vcpu;
	int err;

	if (frame == VGIC_UACCESS_DIST) {
		return dist_reg(vm, v, offset, write, value);
	}
	err = vgic_uaccess_reg(v, frame, offset, write, value);
	return err == VGIC_E_NOENT ? err : vgic_kvm_errno_of(err);
}

/* As KVM does, contrary to its documents: what is not there reads as zero. */
static int no_reg(int err, bool write, uint32_t *value)
{
	if (err == VGIC_E_NOENT) {
		*value = write ? *value : 0;
		return 0;
	}
	return err;
}

static int reg(const struct kvm_access *a, enum vgic_uaccess_frame frame)
{
	uint32_t offset = (uint32_t)FIELD_GET(VGIC_KVM_ATTR_OFFSET, a->attr);
	uint32_t vcpu = named_vcpu(a->vm, a->attr, frame), value = 0;
	int err = 0;

	if (vcpu == KVM_NO_VCPU) {
		return -VGIC_KVM_EINVAL;
	}
	if (a->write) {
		err = vgic_kvm_get_user(a, &value, sizeof(value));
	}
	if (!err && frame == VGIC_UACCESS_DIST && is_early(a->vm, offset)) {
		err = a->held ? early_reg(a->vm, offset, a->write, &value) :
				-VGIC_KVM_EBUSY;
	} else if (!err) {
		err = vgic_kvm_settled(a);
		if (!err) {
			err = no_reg(access_reg(a->vm, vcpu, frame, offset,
						a->write, &value),
				     a->write, &value);
		}
	}
	if (err || a->write) {
		return err;
	}
	return vgic_kvm_put_user(a, &value, sizeof(value));
}

int vgic_kvm_dist(const struct kvm_access *a)
{
	return reg(a, VGIC_UACCESS_DIST);
}

int vgic_kvm_cpu(const struct kvm_access *a)
{
	return reg(a, VGIC_UACCESS_CPU);
}

int vgic_kvm_redist(const struct kvm_access *a)
{
	return reg(a, VGIC_UACCESS_REDIST);
}

static uint32_t sysreg_of(uint64_t attr)
{
	return (uint32_t)FIELD_GET(VGIC_KVM_ATTR_SYSREG, attr);
}

int vgic_kvm_has_sysreg(const struct vgic_kvm *vm, uint64_t attr)
{
	if (named_vcpu(vm, attr, VGIC_UACCESS_CPU) == KVM_NO_VCPU) {
		return -VGIC_KVM_EINVAL;
	}
	return vgic_uaccess_has_sysreg(vm->model, sysreg_of(attr)) ?
		       0 :
		       -VGIC_KVM_ENXIO;
}

/* Here the register is looked for before the VMM's memory. */
int vgic_kvm_sysreg(const struct kvm_access *a)
{
	struct vgic_kvm *vm = a->vm;
	uint32_t vcpu = named_vcpu(a->vm, a->attr, VGIC_UACCESS_CPU);
	uint64_t value = 0;
	int err;

	if (vcpu == KVM_NO_VCPU) {
		return -VGIC_KVM_EINVAL;
	}
	err = vgic_kvm_settled(a);
	if (!err && vgic_kvm_has_sysreg(vm, a->attr)) {
		err = -VGIC_KVM_ENOENT;
	}
	if (!err && a->write && vm->model == VGIC_GICV5 &&
	    kvm_load(&vm->has_run)) {
		err = -VGIC_KVM_EBUSY;
	}
	if (!err && a->write) {
		err = vgic_kvm_get_user(a, &value, sizeof(value));
	}
	if (!err) {
		err = vgic_kvm_errno_of(vgic_uaccess_sysreg(
			vm->vcpus[vcpu].vcpu, sysreg_of(a->attr), a->write,
			&value));
	}
	return err || a->write ? err :
				 vgic_kvm_put_user(a, &value, sizeof(value));
}

int vgic_kvm_has_lines(const struct vgic_kvm *vm, uint64_t attr)
{
	(void)vm;
	return FIELD_GET(VGIC_KVM_LEVEL_INFO, attr) ==
			       VGIC_KVM_LEVEL_INFO_LINE ?
		       0 :
		       -VGIC_KVM_ENXIO;
}

int vgic_kvm_lines(const struct kvm_access *a)
{
	uint32_t vcpu = named_vcpu(a->vm, a->attr, VGIC_UACCESS_REDIST);
	uint32_t intid = (uint32_t)FIELD_GET(VGIC_KVM_LEVEL_INTID, a->attr);
	uint32_t value = 0;
	int err = 0;

	if (vcpu == KVM_NO_VCPU) {
		return -VGIC_KVM_EINVAL;
	}
	if (a->write) {
		err = vgic_kvm_get_user(a, &value, sizeof(value));
	}
	err = err ? err : vgic_kvm_settled(a);
	if (err) {
		return err;
	}
	if (intid % 32 || vgic_kvm_has_lines(a->vm, a->attr)) {
		return -VGIC_KVM_EINVAL;
	}
	err = vgic_kvm_errno_of(vgic_uaccess_lines(a->vm->vcpus[vcpu].vcpu,
						   intid, a->write, &value));
	return err || a->write ? err :
				 vgic_kvm_put_user(a, &value, sizeof(value));
}

int vgic_kvm_has_irs(const struct vgic_kvm *vm, uint64_t attr)
{
	uint32_t width = attr <= UINT32_MAX ?
				 vgic_uaccess_irs_width((uint32_t)attr) :
				 0;

	(void)vm;
	if (attr % 4 || (width && attr % width)) {
		return -VGIC_KVM_EINVAL;
	}
	return width ? 0 : -VGIC_KVM_ENXIO;
}

int vgic_kvm_irs(const struct kvm_access *a)
{
	struct vgic_kvm *vm = a->vm;
	uint64_t value = 0;
	int err = vgic_kvm_has_irs(vm, a->attr);

	if (err) {
		return err;
	}
	if (vm->irs == KVM_UNSET) {
		return -VGIC_KVM_ENXIO;
	}
	if (a->write) {
		err = vgic_kvm_get_user(a, &value, sizeof(value));
	}
	err = err ? err : vgic_kvm_settled(a);
	if (!err && a->write && kvm_load(&vm->has_run)) {
		err = -VGIC_KVM_EBUSY;
	}
	if (!err) {
		err = vgic_kvm_errno_of(vgic_uaccess_irs(vm->vcpus[0].vcpu, 0,
							 (uint32_t)a->attr,
							 a->write, &value));
	}
	return err || a->write ? err :
				 vgic_kvm_put_user(a, &value, sizeof(value));
}
