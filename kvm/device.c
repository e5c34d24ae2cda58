/* SPDX-License-Identifier: BSD-2-Clause */
/* The device's attributes: which group answers, and the small groups. */
#include "kvm.h"

#define MAX_IRQS 1020u
/* The limit that KVM's documents give; the last four are no interrupts. */
#define DOCUMENTED_IRQS 1024u
#define MIN_IRQS 64u
#define MIN_SPIS 32u
#define MAX_SPIS 65536u
#define STEP 32u

static bool count_valid(const struct vgic_kvm *vm, uint32_t count)
{
	if (vm->model == VGIC_GICV5) {
		return count >= MIN_SPIS && count <= MAX_SPIS &&
		       count % STEP == 0;
	}
	return count == MAX_IRQS ||
	       (count >= MIN_IRQS && count <= DOCUMENTED_IRQS &&
		count % STEP == 0);
}

static int has_nr_irqs(const struct vgic_kvm *vm, uint64_t attr)
{
	(void)vm;
	(void)attr;
	return 0;
}

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
	if (vm->model != VGIC_GICV5 && count > MAX_IRQS) {
		count = MAX_IRQS;
	}
	vm->nr_irqs = count;
	return 0;
}

static int has_maint_irq(const struct vgic_kvm *vm, uint64_t attr)
{
	(void)vm;
	(void)attr;
	return 0;
}

/* Only kept for the VMM: there are no nested guests. */
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

static int ctrl_init(const struct kvm_access *a)
{
	return a->held ? vgic_kvm_init(a->vm) : -VGIC_KVM_EBUSY;
}

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

static int userspace_ppis(const struct kvm_access *a)
{
	uint64_t mask[2] = { 0, 0 };

	if (kvm_gic(a->vm)) {
		vgic_userspace_ppis(kvm_gic(a->vm), mask);
	}
	return vgic_kvm_put_user(a, mask, sizeof(mask));
}

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

struct group {
	uint32_t group;
	uint32_t models;
	int (*has)(const struct vgic_kvm *vm, uint64_t attr);
	int (*access)(const struct kvm_access *a);
};

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

/* What sort of device this is, KVM_*; 0: there is none. */
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
		if (groups[i].group == group &&
		    (groups[i].models & device)) {
			return &groups[i];
		}
	}
	return NULL;
}

/* What holds for all three: the device is there, and alive. */
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
	/* Where it matters that it is not, the group says so, in its order. */
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
