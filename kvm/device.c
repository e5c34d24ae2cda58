/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * {SET,GET,HAS}_DEVICE_ATTR: a table finds the handler of a group, and the
 * small groups (NR_IRQS, CTRL, MAINT_IRQ) are handled here.  Each access tries
 * to hold the door and tells its handler whether it does.
 */
#include "kvm.h"

/* The first INTID of a GICv2 or GICv3 that is special: IHI 0069 2.2. */
#define STEP 32u

/*
 * KVM wants multiples of 32; 1020, too, is taken, which NR_IRQS reads as after
 * 1024 was written.
 */
static bool count_valid(const struct vgic_kvm *vm, uint32_t count)
{
	const struct kvm_shape *shape = kvm_shape(vm);

	return count == shape->max_irqs ||
	       (count >= shape->min_irqs && count <= shape->documented_irqs &&
		count % STEP == 0);
}

/* The group has one value, and KVM ignores which attribute is named. */
static int has_nr_irqs(const struct vgic_kvm *vm, uint64_t attr)
{
	(void)vm;
	(void)attr;
	return 0;
}

/*
 * Group NR_IRQS: once, and not while a vCPU runs.  CTRL_INIT chooses a number
 * if the VMM has not, so it is EBUSY from then on, too.
 */
static int nr_irqs(const struct kvm_access *a)
{
	struct vgic_kvm *vm = a->vm;
	uint32_t count = vgic_kvm_nr_irqs(vm);
	int err;

	if (!a->write) {
		return vgic_kvm_put_user(a, &count, sizeof(count));
	}
	err = vgic_kvm_get_user(a, &count, sizeof(count));
	if (err) {
		return err;
	}
	if (!count_valid(vm, count)) {
		return -VGIC_KVM_EINVAL;
	}
	if (vm->nr_irqs || !a->held) {
		return -VGIC_KVM_EBUSY;
	}
	if (count > kvm_shape(vm)->max_irqs) {
		count = kvm_shape(vm)->max_irqs;
	}
	vm->nr_irqs = count;
	return 0;
}

/* Here, too, KVM ignores the attribute. */
static int has_maint_irq(const struct vgic_kvm *vm, uint64_t attr)
{
	(void)vm;
	(void)attr;
	return 0;
}

/*
 * Group MAINT_IRQ: the PPI by which a nested hypervisor would get its
 * maintenance interrupts.  We have no nested guests; the value is kept for a
 * VMM that reads it back.
 */
static int maint_irq(const struct kvm_access *a)
{
	struct vgic_kvm *vm = a->vm;
	uint32_t intid = vm->maint_irq;
	int err;

	if (!a->write) {
		return vgic_kvm_put_user(a, &intid, sizeof(intid));
	}
	err = vgic_kvm_get_user(a, &intid, sizeof(intid));
	if (err) {
		return err;
	}
	if (kvm_gic(vm) || !a->held) {
		return -VGIC_KVM_EBUSY;
	}
	if (intid < 16 || intid > 31) {
		return -VGIC_KVM_EINVAL;
	}
	vm->maint_irq = intid;
	return 0;
}

/* KVM_DEV_ARM_VGIC_CTRL_INIT: make the GIC. */
static int ctrl_init(const struct kvm_access *a)
{
	return a->held ? vgic_kvm_init(a->vm) : -VGIC_KVM_EBUSY;
}

/*
 * Write each redistributor's LPI pending table to guest memory.  Any vCPU names
 * the GIC to the library.
 */
static int save_pending(const struct kvm_access *a)
{
	struct vgic_kvm *vm = a->vm;

	if (!kvm_gic(vm)) {
		return -VGIC_KVM_ENXIO;
	}
	return a->held ? vgic_kvm_errno_of(
				 vgic_uaccess_save_lpis(vm->vcpus[0].vcpu)) :
			 -VGIC_KVM_EBUSY;
}

/*
 * The PPIs of a GICv5 that a VMM may drive by KVM_IRQ_LINE; none before the GIC
 * exists.
 */
static int userspace_ppis(const struct kvm_access *a)
{
	uint64_t mask[2] = { 0, 0 };

	if (kvm_gic(a->vm)) {
		vgic_userspace_ppis(kvm_gic(a->vm), mask);
	}
	return vgic_kvm_put_user(a, mask, sizeof(mask));
}

/*
 * The attributes of group CTRL: which models have them, and in which direction
 * (null: not in that one).
 */
static const struct {
	uint32_t attr;
	uint32_t models;
	int (*set)(const struct kvm_access *a);
	int (*get)(const struct kvm_access *a);
} ctrls[] = {
	{ VGIC_KVM_CTRL_INIT, KVM_V2 | KVM_V3 | KVM_V5, ctrl_init, NULL },
	{ VGIC_KVM_CTRL_SAVE_PENDING_TABLES, KVM_V3, save_pending, NULL },
	{ VGIC_KVM_CTRL_USERSPACE_PPIS, KVM_V5, NULL, userspace_ppis },
};

#define NR_CTRLS (sizeof(ctrls) / sizeof(ctrls[0]))

/* The row, or NR_CTRLS. */
static uint32_t find_ctrl(const struct vgic_kvm *vm, uint64_t attr)
{
	uint32_t i = 0;

	while (i < NR_CTRLS && (ctrls[i].attr != attr ||
				!(ctrls[i].models & kvm_model_bit(vm)))) {
		i++;
	}
	return i;
}

static int has_ctrl(const struct vgic_kvm *vm, uint64_t attr)
{
	return find_ctrl(vm, attr) < NR_CTRLS ? 0 : -VGIC_KVM_ENXIO;
}

static int ctrl(const struct kvm_access *a)
{
	uint32_t i = find_ctrl(a->vm, a->attr);

	if (i == NR_CTRLS || !(a->write ? ctrls[i].set : ctrls[i].get)) {
		return -VGIC_KVM_ENXIO;
	}
	return a->write ? ctrls[i].set(a) : ctrls[i].get(a);
}

/*
 * A group of attributes of the devices in `models`.  `has` answers
 * KVM_HAS_DEVICE_ATTR, `access` the other two.
 */
struct group {
	uint32_t group;
	uint32_t models;
	int (*has)(const struct vgic_kvm *vm, uint64_t attr);
	int (*access)(const struct kvm_access *a);
};

/* A group of the same number may be another one on an ITS. */
static const struct group groups[] = {
	{ VGIC_KVM_GRP_ADDR, KVM_V2 | KVM_V3 | KVM_V5, vgic_kvm_has_addr,
	  vgic_kvm_addr_group },
	{ VGIC_KVM_GRP_DIST_REGS, KVM_V2 | KVM_V3, vgic_kvm_has_dist,
	  vgic_kvm_dist },
	{ VGIC_KVM_GRP_CPU_REGS, KVM_V2, vgic_kvm_has_cpu, vgic_kvm_cpu },
	{ VGIC_KVM_GRP_NR_IRQS, KVM_V2 | KVM_V3 | KVM_V5, has_nr_irqs,
	  nr_irqs },
	{ VGIC_KVM_GRP_CTRL, KVM_V2 | KVM_V3 | KVM_V5, has_ctrl, ctrl },
	{ VGIC_KVM_GRP_REDIST_REGS, KVM_V3, vgic_kvm_has_redist,
	  vgic_kvm_redist },
	{ VGIC_KVM_GRP_CPU_SYSREGS, KVM_V3 | KVM_V5, vgic_kvm_has_sysreg,
	  vgic_kvm_sysreg },
	{ VGIC_KVM_GRP_LEVEL_INFO, KVM_V3, vgic_kvm_has_lines, vgic_kvm_lines },
	{ VGIC_KVM_GRP_MAINT_IRQ, KVM_V3, has_maint_irq, maint_irq },
	{ VGIC_KVM_GRP_IRS_REGS, KVM_V5, vgic_kvm_has_irs, vgic_kvm_irs },
	{ VGIC_KVM_GRP_IST, KVM_V5, vgic_kvm_has_ist, vgic_kvm_ist_group },
	{ VGIC_KVM_GRP_ADDR, KVM_ITS, vgic_kvm_has_its_addr,
	  vgic_kvm_its_addr },
	{ VGIC_KVM_GRP_CTRL, KVM_ITS, vgic_kvm_has_its_ctrl,
	  vgic_kvm_its_ctrl },
	{ VGIC_KVM_GRP_ITS_REGS, KVM_ITS, vgic_kvm_has_its_regs,
	  vgic_kvm_its_regs },
};

/* What kind of device this descriptor is, KVM_*; 0: there is none. */
static uint32_t device_bit(const struct vgic_kvm *vm, uint32_t fd)
{
	if (fd == KVM_GIC_FD) {
		return kvm_load(&vm->created) ? kvm_model_bit(vm) : 0;
	}
	return fd - KVM_ITS_FD < kvm_load(&vm->nr_its) ? KVM_ITS : 0;
}

static const struct group *find_group(uint32_t device, uint32_t group)
{
	for (uint32_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (groups[i].group == group && (groups[i].models & device)) {
			return &groups[i];
		}
	}
	return NULL;
}

/*
 * What the three calls have in common, in KVM's order of errors: the descriptor
 * is a device's, the VM is alive, the argument can be read, the device has the
 * group.
 */
static int open_group(const struct vgic_kvm *vm, uint32_t fd,
		      const struct vgic_kvm_device_attr *attr,
		      const struct group **group)
{
	uint32_t device = device_bit(vm, fd);

	if (!device) {
		return -VGIC_KVM_EBADF;
	}
	if (kvm_load(&vm->dead)) {
		return -VGIC_KVM_EIO;
	}
	if (!attr) {
		return -VGIC_KVM_EFAULT;
	}
	*group = find_group(device, attr->group);
	return *group ? 0 : -VGIC_KVM_ENXIO;
}

/* Read or write an attribute. */
static int access(struct vgic_kvm *vm, uint32_t fd,
		  const struct vgic_kvm_device_attr *attr, bool write)
{
	struct kvm_access a = {
		.vm = vm,
		.write = write,
		.its = fd - KVM_ITS_FD,
	};
	const struct group *group;
	int err = open_group(vm, fd, attr, &group);

	if (err) {
		return err;
	}
	a.attr = attr->attr;
	a.addr = attr->addr;
	/*
	 * If the door cannot be held the handler says EBUSY, not this function:
	 * some groups do not mind, and each group has its order of errors.
	 */
	a.held = vgic_kvm_hold(vm);
	err = group->access(&a);
	if (a.held) {
		vgic_kvm_let_in(vm);
	}
	return err;
}

int vgic_kvm_set_attr(struct vgic_kvm *vm, uint32_t fd,
		      const struct vgic_kvm_device_attr *attr)
{
	return access(vm, fd, attr, true);
}

int vgic_kvm_get_attr(struct vgic_kvm *vm, uint32_t fd,
		      const struct vgic_kvm_device_attr *attr)
{
	return access(vm, fd, attr, false);
}

int vgic_kvm_has_attr(struct vgic_kvm *vm, uint32_t fd,
		      const struct vgic_kvm_device_attr *attr)
{
	const struct group *group;
	int err = open_group(vm, fd, attr, &group);

	return err ? err : group->has(vm, attr->attr);
}
