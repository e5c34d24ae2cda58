/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The groups of registers: distributor, a GICv2's CPU interface, redistributor,
 * system registers, lines (LEVEL_INFO) and a GICv5's IRS.  The accesses are the
 * library's vgic_uaccess_*(); here are KVM's names for registers and its
 * errors.
 *
 * Where several errors apply, KVM's order is: a vCPU that does not exist, the
 * VMM's memory if it has to be read, a vCPU that runs, a GIC that is not
 * initialised, and last what the register itself refuses.
 */
#include "kvm.h"

#include "regs/gicv3.h"

/*
 * The vCPU that an attribute names: a GICv2's by id, others by affinity. A
 * GICv3 has one distributor for all vCPUs; any vCPU reaches it.
 */
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

/* Does an attribute name the start of a register, for interrupts that exist? */
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

/* A GICv2 is made by the first access that needs it, as on KVM. */
int vgic_kvm_settled(const struct kvm_access *a)
{
	if (!a->held) {
		return -VGIC_KVM_EBUSY;
	}
	if (!kvm_gic(a->vm) && kvm_shape(a->vm)->made_at_first_use) {
		return vgic_kvm_init(a->vm);
	}
	return kvm_gic(a->vm) ? 0 : -VGIC_KVM_EBUSY;
}

/*
 * KVM lets a VMM read and write GICD_IIDR and GICD_TYPER2 of a GICv3 before
 * CTRL_INIT: by IIDR it chooses the behaviour that the GIC is made with.
 */
static bool is_early(const struct vgic_kvm *vm, uint32_t offset)
{
	return vm->model == VGIC_GICV3 && !kvm_gic(vm) &&
	       (offset == GICD_IIDR || offset == GICD_TYPER2);
}

/* GICD_IIDR as KVM has it: implementer Arm, product 0x4b. */
static uint32_t early_iidr(const struct vgic_kvm *vm)
{
	return (uint32_t)(FIELD_PUT(GICD_IIDR_Implementer, 0x43b) |
			  FIELD_PUT(GICD_IIDR_Revision, vm->revision) |
			  FIELD_PUT(GICD_IIDR_ProductID, 0x4b));
}

/*
 * GICD_IIDR accepts another revision, 2 or 3, and no other change.  GICD_TYPER2
 * accepts its value alone.
 */
static int early_reg(struct vgic_kvm *vm, uint32_t offset, bool write,
		     uint32_t *value)
{
	uint32_t now = offset == GICD_IIDR ? early_iidr(vm) : 0;
	uint32_t revision = (uint32_t)FIELD_GET(GICD_IIDR_Revision, *value);

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
 * The distributor's registers where KVM differs from the guest's view.
 * GICD_TYPER2 of a GICv3 cannot be changed any more.  GICD_IGROUPR of a GICv2
 * ignores writes until the VMM has written GICD_IIDR: older VMMs restore groups
 * that their KVM ignored, and mean group 0.
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

/* VGIC_E_NOENT is passed on as it is, for no_reg(). */
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

/*
 * An offset without a register reads as zero and ignores writes.  So KVM does,
 * though its documents say ENXIO.
 */
static int no_reg(int err, bool write, uint32_t *value)
{
	if (err == VGIC_E_NOENT) {
		*value = write ? *value : 0;
		return 0;
	}
	return err;
}

/*
 * The groups whose registers are in frames.  is_early() comes before
 * vgic_kvm_settled(), which wants a GIC.
 */
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

/* The encoding op0:op1:CRn:CRm:op2 of a system register. */
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

/*
 * Here KVM looks for the register before it reads the VMM's memory, and an
 * unknown one is ENOENT.  A GICv5's can be written only before the first run.
 */
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

/* LEVEL_INFO knows one kind of information: the level of lines. */
int vgic_kvm_has_lines(const struct vgic_kvm *vm, uint64_t attr)
{
	(void)vm;
	return FIELD_GET(VGIC_KVM_LEVEL_INFO, attr) ==
			       VGIC_KVM_LEVEL_INFO_LINE ?
		       0 :
		       -VGIC_KVM_ENXIO;
}

/* The lines of 32 interrupts at a time, from a multiple of 32 on. */
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

/* Registers of 64 bits are accessed as a whole, at their first byte. */
int vgic_kvm_has_irs(const struct vgic_kvm *vm, uint64_t attr)
{
	uint32_t width =
		attr <= UINT32_MAX ? vgic_uaccess_irs_width((uint32_t)attr) : 0;

	(void)vm;
	if (attr % 4 || (width && attr % width)) {
		return -VGIC_KVM_EINVAL;
	}
	return width ? 0 : -VGIC_KVM_ENXIO;
}

/* As vgic_kvm_sysreg(): writes only before the first run. */
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
