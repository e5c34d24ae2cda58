/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the frames are: group ADDR, and the check at the first KVM_RUN.
 *
 * The distributor, a GICv2's CPU interface and a GICv5's IRS are single frames,
 * of which a table says size and alignment.  A GICv3's redistributors come in
 * regions, or in one block by KVM's older attribute.  An address is set once;
 * it reaches the GIC when the GIC exists (regions) or at the first run (the
 * rest), when it is also known that all is there.
 */
#include "kvm.h"

#define KIB(n) (UINT64_C(n) << 10)
/* A GICv3 redistributor: two frames of 64 KiB. */
#define STRIDE KIB(128)
#define DIST_SIZE KIB(64)

/*
 * A frame that stands alone and is placed once.  `base` finds its address in
 * the VM.
 */
struct frame {
	uint32_t models;
	uint32_t attr;
	uint64_t align, size;
	uint64_t *(*base)(struct vgic_kvm *vm);
};

static uint64_t *dist_base(struct vgic_kvm *vm)
{
	return &vm->dist;
}

static uint64_t *cpu_base(struct vgic_kvm *vm)
{
	return &vm->cpu;
}

static uint64_t *irs_base(struct vgic_kvm *vm)
{
	return &vm->irs;
}

static const struct frame frames[] = {
	{ KVM_V2, VGIC_KVM_ADDR_V2_DIST, KIB(4), KIB(4), dist_base },
	{ KVM_V2, VGIC_KVM_ADDR_V2_CPU, KIB(4), KIB(8), cpu_base },
	{ KVM_V3, VGIC_KVM_ADDR_V3_DIST, KIB(64), DIST_SIZE, dist_base },
	{ KVM_V5, VGIC_KVM_ADDR_V5_IRS, KIB(64), KIB(128), irs_base },
};

/*
 * An attribute number may mean one frame of a GICv2 and another of a GICv3: the
 * row has to be that of this VM's model.
 */
static const struct frame *find_frame(const struct vgic_kvm *vm, uint64_t attr)
{
	for (uint32_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		if (frames[i].attr == attr &&
		    (frames[i].models & kvm_model_bit(vm))) {
			return &frames[i];
		}
	}
	return NULL;
}

static bool is_redist(const struct vgic_kvm *vm, uint64_t attr)
{
	return vm->model == VGIC_GICV3 &&
	       (attr == VGIC_KVM_ADDR_V3_REDIST ||
		attr == VGIC_KVM_ADDR_V3_REDIST_REGION);
}

int vgic_kvm_has_addr(const struct vgic_kvm *vm, uint64_t attr)
{
	return find_frame(vm, attr) || is_redist(vm, attr) ? 0 :
							     -VGIC_KVM_ENXIO;
}

/* Neither end wraps around: vgic_kvm_check_range() has seen to that. */
static bool overlap(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a < b + b_size && b < a + a_size;
}

int vgic_kvm_check_range(const struct vgic_kvm *vm, uint64_t base,
			 uint64_t align, uint64_t size)
{
	uint64_t end = UINT64_C(1) << vm->config.ipa_bits;

	if (base % align || base + size < base) {
		return -VGIC_KVM_EINVAL;
	}
	return base >= end || base + size > end ? -VGIC_KVM_E2BIG : 0;
}

/*
 * Set a frame's address.  `held`: the door is held, so no first run reads the
 * address at the same time.  Where several errors apply KVM gives that of an
 * address already set first, a vCPU that runs last.
 */
static int place_frame(struct vgic_kvm *vm, const struct frame *frame,
		       uint64_t base, bool held)
{
	uint64_t *at = frame->base(vm);
	int err;

	if (*at != KVM_UNSET) {
		return -VGIC_KVM_EEXIST;
	}
	err = vgic_kvm_check_range(vm, base, frame->align, frame->size);
	if (!err && !held) {
		err = -VGIC_KVM_EBUSY;
	}
	if (!err) {
		*at = base;
	}
	return err;
}

static int set_frame(const struct kvm_access *a, const struct frame *frame)
{
	uint64_t base;
	int err = vgic_kvm_get_user(a, &base, sizeof(base));

	return err ? err : place_frame(a->vm, frame, base, a->held);
}

/*
 * KVM_ARM_SET_DEVICE_ADDR is older than device attributes and knows GICv2
 * alone.
 */
int vgic_kvm_set_device_addr(struct vgic_kvm *vm,
			     const struct vgic_kvm_device_addr *addr)
{
	const struct frame *frame;
	bool held;
	int err;

	if (!addr) {
		return -VGIC_KVM_EFAULT;
	}
	if (!vm->config.models) {
		return -VGIC_KVM_ENXIO;
	}
	/*
	 * The device in bits 31:16 is 0, so a valid id is the number of one of
	 * GICv2's attributes.
	 */
	frame = find_frame(vm, addr->id);
	if (!kvm_load(&vm->created) || vm->model != VGIC_GICV2 || !frame) {
		return -VGIC_KVM_ENODEV;
	}
	held = vgic_kvm_hold(vm);
	err = place_frame(vm, frame, addr->addr, held);
	if (held) {
		vgic_kvm_let_in(vm);
	}
	return err;
}

static bool hits_regions(const struct vgic_kvm *vm, uint64_t base,
			 uint64_t size)
{
	for (uint32_t i = 0; i < vm->nr_regions; i++) {
		if (overlap(base, size, vm->regions[i].base,
			    vm->regions[i].count * STRIDE)) {
			return true;
		}
	}
	return false;
}

/*
 * Is there room for a region?  It may overlap neither other regions nor the
 * distributor, if that has an address.  An ITS is not looked at here: the
 * library refuses a region that overlaps one, in place_now().
 */
static int check_region(const struct vgic_kvm *vm, uint64_t base, uint64_t size)
{
	int err = vgic_kvm_check_range(vm, base, KIB(64), size);

	if (err) {
		return err;
	}
	if (hits_regions(vm, base, size) ||
	    (vm->dist != KVM_UNSET &&
	     overlap(base, size, vm->dist, DIST_SIZE))) {
		return -VGIC_KVM_EINVAL;
	}
	return 0;
}

/*
 * Tell the GIC, if it exists.  If the GIC refuses, the caller takes the region
 * out of the VM again.
 */
static int place_now(struct vgic_kvm *vm)
{
	return kvm_gic(vm) ? vgic_kvm_place_regions(vm, kvm_gic(vm)) : 0;
}

/*
 * Set the address of the block that has all redistributors.  The number of
 * vCPUs is not final here, so only the first redistributor is checked; map_v3()
 * checks the whole block at the first run.
 */
static int set_redist(const struct kvm_access *a)
{
	struct vgic_kvm *vm = a->vm;
	uint64_t base;
	int err = vgic_kvm_get_user(a, &base, sizeof(base));

	if (err) {
		return err;
	}
	if (vm->redist != KVM_UNSET) {
		return -VGIC_KVM_EEXIST;
	}
	if (vm->nr_regions) {
		return -VGIC_KVM_EINVAL;
	}
	err = check_region(vm, base, STRIDE);
	if (!err && !a->held) {
		err = -VGIC_KVM_EBUSY;
	}
	if (err) {
		return err;
	}
	vm->redist = base;
	err = place_now(vm);
	if (err) {
		vm->redist = KVM_UNSET;
	}
	return err;
}

/*
 * Add a region.  The VMM numbers regions from 0 and adds them in that order; a
 * region for no vCPU or with reserved flags is EINVAL.
 */
static int set_region(const struct kvm_access *a)
{
	struct vgic_kvm *vm = a->vm;
	uint64_t value, base;
	uint32_t count, index;
	int err = vgic_kvm_get_user(a, &value, sizeof(value));

	if (err) {
		return err;
	}
	base = value & VGIC_KVM_REGION_BASE;
	count = (uint32_t)FIELD_GET(VGIC_KVM_REGION_COUNT, value);
	index = (uint32_t)FIELD_GET(VGIC_KVM_REGION_INDEX, value);
	if (count == 0 || FIELD_GET(VGIC_KVM_REGION_FLAGS, value) ||
	    vm->redist != KVM_UNSET || index != vm->nr_regions) {
		return -VGIC_KVM_EINVAL;
	}
	if (vm->nr_regions == KVM_MAX_REGIONS) {
		return -VGIC_KVM_ENOMEM;
	}
	err = check_region(vm, base, count * STRIDE);
	if (!err && !a->held) {
		err = -VGIC_KVM_EBUSY;
	}
	if (err) {
		return err;
	}
	vm->regions[vm->nr_regions].base = base;
	vm->regions[vm->nr_regions].count = count;
	vm->nr_regions++;
	err = place_now(vm);
	vm->nr_regions -= err != 0;
	return err;
}

/*
 * Read a region by the index that the VMM's value has.  KVM answers each of the
 * two attributes also for what the other one set: the single block reads as
 * region 0 with a count of 0.
 */
static int get_region(const struct kvm_access *a)
{
	const struct kvm_region block = { .base = a->vm->redist };
	const struct kvm_region *region;
	uint64_t value;
	uint32_t index;
	int err = vgic_kvm_get_user(a, &value, sizeof(value));

	if (err) {
		return err;
	}
	index = (uint32_t)FIELD_GET(VGIC_KVM_REGION_INDEX, value);
	if (index < a->vm->nr_regions) {
		region = &a->vm->regions[index];
	} else if (index == 0 && block.base != KVM_UNSET) {
		region = &block;
	} else {
		return -VGIC_KVM_ENOENT;
	}
	value = region->base | index |
		FIELD_PUT(VGIC_KVM_REGION_COUNT, region->count);
	return vgic_kvm_put_user(a, &value, sizeof(value));
}

/* The other way round: the block's attribute reads as the first region. */
static int get_redist(const struct kvm_access *a)
{
	uint64_t base = a->vm->nr_regions ? a->vm->regions[0].base :
					    a->vm->redist;

	return vgic_kvm_put_user(a, &base, sizeof(base));
}

int vgic_kvm_addr_group(const struct kvm_access *a)
{
	const struct frame *frame = find_frame(a->vm, a->attr);

	if (frame) {
		return a->write ? set_frame(a, frame) :
				  vgic_kvm_put_user(a, frame->base(a->vm),
						    sizeof(uint64_t));
	}
	if (!is_redist(a->vm, a->attr)) {
		return -VGIC_KVM_ENXIO;
	}
	if (a->attr == VGIC_KVM_ADDR_V3_REDIST_REGION) {
		return a->write ? set_region(a) : get_region(a);
	}
	return a->write ? set_redist(a) : get_redist(a);
}

/*
 * The block has as many redistributors as there are vCPUs.  `nr_placed` counts
 * only what the GIC has accepted, so a later call goes on there.
 */
int vgic_kvm_place_regions(struct vgic_kvm *vm, struct vgic *gic)
{
	int err = 0;

	if (vm->redist != KVM_UNSET && vm->nr_placed == 0) {
		err = vgic_kvm_errno_of(vgic_add_redist_region(
			gic, vm->redist, kvm_load(&vm->nr_vcpus)));
		vm->nr_placed = !err;
	}
	while (!err && vm->nr_placed < vm->nr_regions) {
		const struct kvm_region *next = &vm->regions[vm->nr_placed];
		/* A region may be larger than the VM can have vCPUs. */
		uint32_t count = next->count < KVM_MAX_VCPUS ? next->count :
							       KVM_MAX_VCPUS;

		err = vgic_kvm_errno_of(
			vgic_add_redist_region(gic, next->base, count));
		vm->nr_placed += !err;
	}
	return err;
}

/* Is there a redistributor for each vCPU? */
static bool all_have_redist(const struct vgic_kvm *vm)
{
	uint32_t nr_vcpus = kvm_load(&vm->nr_vcpus);
	uint64_t frames_there = vm->redist != KVM_UNSET ? nr_vcpus : 0;

	for (uint32_t i = 0; i < vm->nr_regions; i++) {
		frames_there += vm->regions[i].count;
	}
	return frames_there >= nr_vcpus;
}

/* KVM initialises a GICv2 at the first run, if nothing did before. */
static int map_v2(struct vgic_kvm *vm)
{
	int err;

	if (vm->dist == KVM_UNSET || vm->cpu == KVM_UNSET) {
		return -VGIC_KVM_ENXIO;
	}
	err = vgic_kvm_init(vm);
	err = err ? err :
		    vgic_kvm_errno_of(
			    vgic_set_dist_base(kvm_gic(vm), vm->dist));
	return err ? err :
		     vgic_kvm_errno_of(vgic_set_cpu_base(kvm_gic(vm), vm->cpu));
}

/*
 * The VMM has to have initialised a GICv3 by CTRL_INIT.  The distributor may
 * have been placed after the regions, and the block has its final size only
 * now, so overlaps are looked for again.
 */
static int map_v3(struct vgic_kvm *vm)
{
	uint64_t size = kvm_load(&vm->nr_vcpus) * STRIDE;

	if (vm->dist == KVM_UNSET || !all_have_redist(vm)) {
		return -VGIC_KVM_ENXIO;
	}
	if (hits_regions(vm, vm->dist, DIST_SIZE) ||
	    (vm->redist != KVM_UNSET &&
	     (overlap(vm->dist, DIST_SIZE, vm->redist, size) ||
	      vgic_kvm_check_range(vm, vm->redist, KIB(64), size)))) {
		return -VGIC_KVM_EINVAL;
	}
	if (!kvm_gic(vm)) {
		return -VGIC_KVM_EBUSY;
	}
	return vgic_kvm_errno_of(vgic_set_dist_base(kvm_gic(vm), vm->dist));
}

/* As map_v3(): the VMM has to have used CTRL_INIT. */
static int map_v5(struct vgic_kvm *vm)
{
	if (vm->irs == KVM_UNSET) {
		return -VGIC_KVM_ENXIO;
	}
	if (!kvm_gic(vm)) {
		return -VGIC_KVM_EBUSY;
	}
	/*
	 * The VMM may have restored the registers of an LPI table without its
	 * contents (group IST): make the table from guest memory now.
	 */
	(void)vgic_uaccess_make_ist(vm->vcpus[0].vcpu);
	return vgic_kvm_errno_of(vgic_set_irs_base(kvm_gic(vm), 0, vm->irs));
}

int vgic_kvm_map(struct vgic_kvm *vm)
{
	switch (vm->model) {
	case VGIC_GICV2:
		return map_v2(vm);
	case VGIC_GICV5:
		return map_v5(vm);
	default:
		return map_v3(vm);
	}
}
