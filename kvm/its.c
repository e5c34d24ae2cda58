/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ITS devices: where their frames are, their registers and tables, and the
 * messages that reach them.  A VMM may create an ITS, and give it an address,
 * before or after CTRL_INIT.  The address is kept here; all other state of an
 * ITS is in the GIC, which exists from CTRL_INIT on.
 */
#include "kvm.h"

#include "regs/gits.h"

/* The address of the ITS that is accessed, or KVM_UNSET. */
static uint64_t base_of(const struct kvm_access *a)
{
	return kvm_load(&a->vm->its[a->its]);
}

/* Add an ITS, at most `most` of them.  The caller holds the door. */
static int add_its(struct vgic_kvm *vm, uint32_t most)
{
	uint32_t n = kvm_load(&vm->nr_its);

	if (kvm_load(&vm->has_run)) {
		return -VGIC_KVM_EBUSY;
	}
	if (n == most || n == KVM_MAX_ITS) {
		return -VGIC_KVM_ENOMEM;
	}
	/*
	 * In this order: the release of `nr_its` pairs with the load in
	 * find_its(), which must not take 0 for the address of a new ITS.
	 */
	kvm_store(&vm->its[n], KVM_UNSET);
	kvm_store(&vm->nr_its, n + 1);
	return 0;
}

/* An ITS needs a GICv3, but may be created before it. */
int vgic_kvm_create_its(struct vgic_kvm *vm,
			struct vgic_kvm_create_device *create)
{
	uint32_t most = vm->config.gic.its.nr_its;
	int err;

	if (!(vm->config.models & KVM_V3) || !most ||
	    (kvm_load(&vm->created) && vm->model != VGIC_GICV3)) {
		return -VGIC_KVM_ENODEV;
	}
	if (create->flags & VGIC_KVM_CREATE_TEST) {
		return 0;
	}
	if (!vgic_kvm_hold(vm)) {
		return -VGIC_KVM_EBUSY;
	}
	err = add_its(vm, most);
	vgic_kvm_let_in(vm);
	if (!err) {
		create->fd = KVM_ITS_FD + kvm_load(&vm->nr_its) - 1;
	}
	return err;
}

int vgic_kvm_place_its(const struct vgic_kvm *vm, struct vgic *gic)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < kvm_load(&vm->nr_its); i++) {
		uint64_t base = kvm_load(&vm->its[i]);

		if (base != KVM_UNSET) {
			err = vgic_kvm_errno_of(
				vgic_set_its_base(gic, i, base));
		}
	}
	return err;
}

int vgic_kvm_has_its_addr(const struct vgic_kvm *vm, uint64_t attr)
{
	(void)vm;
	return attr == VGIC_KVM_ADDR_ITS ? 0 : -VGIC_KVM_ENXIO;
}

/*
 * The address can be set once.  If the GIC does not exist yet,
 * vgic_kvm_place_its() tells it later.
 */
static int set_base(const struct kvm_access *a)
{
	struct vgic_kvm *vm = a->vm;
	uint64_t base;
	int err = vgic_kvm_get_user(a, &base, sizeof(base));

	if (!err && base_of(a) != KVM_UNSET) {
		err = -VGIC_KVM_EEXIST;
	}
	err = err ? err :
		    vgic_kvm_check_range(vm, base, GITS_FRAME_SIZE, GITS_SIZE);
	/* A VM that runs keeps the map that it has. */
	if (!err && !a->held) {
		err = -VGIC_KVM_EBUSY;
	}
	if (!err && kvm_gic(vm)) {
		err = vgic_kvm_errno_of(
			vgic_set_its_base(kvm_gic(vm), a->its, base));
	}
	if (!err) {
		/*
		 * Last: this release pairs with the load in find_its().  A
		 * message that finds the address finds the ITS in the GIC at
		 * its place.
		 */
		kvm_store(&vm->its[a->its], base);
	}
	return err;
}

int vgic_kvm_its_addr(const struct kvm_access *a)
{
	uint64_t base = base_of(a);

	if (a->attr != VGIC_KVM_ADDR_ITS) {
		return -VGIC_KVM_ENODEV;
	}
	return a->write ? set_base(a) :
			  vgic_kvm_put_user(a, &base, sizeof(base));
}

/* 64-bit registers are accessed as a whole, at their first byte. */
static bool misaligned(uint64_t attr)
{
	bool wide = attr >= GITS_TYPER && attr < GITS_PIDR4;

	return attr % (wide ? 8 : 4);
}

int vgic_kvm_has_its_regs(const struct vgic_kvm *vm, uint64_t attr)
{
	(void)vm;
	if (misaligned(attr)) {
		return -VGIC_KVM_EINVAL;
	}
	return attr <= UINT32_MAX && vgic_uaccess_has_its((uint32_t)attr) ?
		       0 :
		       -VGIC_KVM_ENXIO;
}

/*
 * KVM's order of errors: the VMM's memory, an ITS without address, a register
 * that does not exist, a GIC that is not at rest.  A misaligned offset comes
 * before an ITS without address.
 */
int vgic_kvm_its_regs(const struct kvm_access *a)
{
	struct vgic_kvm *vm = a->vm;
	uint64_t value = 0;
	int err = 0;

	if (a->write) {
		err = vgic_kvm_get_user(a, &value, sizeof(value));
	}
	if (!err && !misaligned(a->attr) && base_of(a) == KVM_UNSET) {
		err = -VGIC_KVM_ENXIO;
	}
	err = err ? err : vgic_kvm_has_its_regs(vm, a->attr);
	err = err ? err : vgic_kvm_settled(a);
	if (!err) {
		err = vgic_kvm_errno_of(
			vgic_uaccess_its(vm->vcpus[0].vcpu, a->its,
					 (uint32_t)a->attr, a->write, &value));
	}
	return err || a->write ? err :
				 vgic_kvm_put_user(a, &value, sizeof(value));
}

/* The attributes of group CTRL, all of them only to be set. */
static const struct {
	uint32_t attr;
	int (*set)(struct vgic_vcpu *vcpu, uint32_t its);
} ctrls[] = {
	/*
	 * Accepted, and does nothing: KVM kept it for VMMs that still use it.
	 */
	{ VGIC_KVM_CTRL_INIT, NULL },
	{ VGIC_KVM_CTRL_ITS_SAVE_TABLES, vgic_uaccess_save_its },
	{ VGIC_KVM_CTRL_ITS_RESTORE_TABLES, vgic_uaccess_restore_its },
	{ VGIC_KVM_CTRL_ITS_RESET, vgic_uaccess_reset_its },
};

#define NR_CTRLS (sizeof(ctrls) / sizeof(ctrls[0]))

/* The row, or NR_CTRLS. */
static uint32_t find_ctrl(uint64_t attr)
{
	uint32_t i = 0;

	while (i < NR_CTRLS && ctrls[i].attr != attr) {
		i++;
	}
	return i;
}

int vgic_kvm_has_its_ctrl(const struct vgic_kvm *vm, uint64_t attr)
{
	(void)vm;
	return find_ctrl(attr) < NR_CTRLS ? 0 : -VGIC_KVM_ENXIO;
}

int vgic_kvm_its_ctrl(const struct kvm_access *a)
{
	uint32_t i = find_ctrl(a->attr);
	int err;

	if (i == NR_CTRLS || !a->write) {
		return -VGIC_KVM_ENXIO;
	}
	if (!ctrls[i].set) {
		return 0;
	}
	err = vgic_kvm_settled(a);
	return err ? err :
		     vgic_kvm_errno_of(
			     ctrls[i].set(a->vm->vcpus[0].vcpu, a->its));
}

/*
 * The ITS whose frames this address is in, or KVM_MAX_ITS.  Any address of the
 * frames will do, as on KVM, not that of GITS_TRANSLATER alone.
 *
 * An address below the base wraps around, to more than GITS_SIZE.
 */
static uint32_t find_its(const struct vgic_kvm *vm, uint64_t address)
{
	uint32_t nr_its = kvm_load(&vm->nr_its);

	for (uint32_t i = 0; i < nr_its; i++) {
		uint64_t base = kvm_load(&vm->its[i]);

		if (base != KVM_UNSET && address - base < GITS_SIZE) {
			return i;
		}
	}
	return KVM_MAX_ITS;
}

/*
 * The result is KVM_SIGNAL_MSI's: 1 delivered, 0 the guest has not mapped the
 * event, EBUSY if the ITS or the redistributor's LPIs are off.  The library
 * tells the last two apart only when asked, by vgic_check_msi().
 */
int vgic_kvm_its_msi(struct vgic_kvm *vm, const struct vgic_kvm_msi *msi)
{
	uint32_t its =
		find_its(vm, (uint64_t)msi->address_hi << 32 | msi->address_lo);
	struct vgic *gic = kvm_gic(vm);
	int err;

	if (its == KVM_MAX_ITS || !(msi->flags & VGIC_KVM_MSI_VALID_DEVID)) {
		return -VGIC_KVM_EINVAL;
	}
	if (!gic) {
		return -VGIC_KVM_EBUSY;
	}
	err = vgic_inject_msi(gic, its, msi->devid, msi->data);
	if (!err &&
	    vgic_check_msi(gic, its, msi->devid, msi->data) == VGIC_E_BUSY) {
		return -VGIC_KVM_EBUSY;
	}
	return err < 0 ? vgic_kvm_errno_of(err) : err;
}
