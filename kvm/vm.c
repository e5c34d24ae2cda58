/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A VM: its vCPUs, making its GIC, and KVM_RUN's part in that.
 *
 * The VM grows in steps, as a VMM goes about it: vgic_kvm_create(), vCPUs,
 * CREATE_DEVICE (the model is known), attributes (sizes and addresses),
 * CTRL_INIT (make_gic() makes the library's GIC), and the first KVM_RUN, which
 * checks the map.  A step that fails leaves the VM as it was, except that a VM
 * whose first run fails is dead.
 */
#include "kvm.h"

#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"

/* The number of interrupts if the VMM does not choose, as in KVM. */

int vgic_kvm_errno_of(int vgic_error)
{
	static const int numbers[] = {
		[-VGIC_OK] = 0,
		[-VGIC_E_INVAL] = -VGIC_KVM_EINVAL,
		[-VGIC_E_NOMEM] = -VGIC_KVM_ENOMEM,
		[-VGIC_E_BUSY] = -VGIC_KVM_EBUSY,
		[-VGIC_E_EXIST] = -VGIC_KVM_EEXIST,
		[-VGIC_E_NOENT] = -VGIC_KVM_ENOENT,
		[-VGIC_E_OVERLAP] = -VGIC_KVM_EINVAL,
		[-VGIC_E_NOTSUP] = -VGIC_KVM_ENXIO,
		/*
		 * KVM_IRQ_LINE of an interrupt that a device in the host drives
		 * is ignored by KVM, not refused.
		 */
		[-VGIC_E_PERM] = 0,
		[-VGIC_E_FORMAT] = -VGIC_KVM_EINVAL,
		[-VGIC_E_FAULT] = -VGIC_KVM_EFAULT,
	};

	return numbers[-vgic_error];
}

void vgic_kvm_clear(void *memory, size_t size)
{
	uint8_t *byte = memory;

	for (size_t i = 0; i < size; i++) {
		byte[i] = 0;
	}
}

/*
 * Revision 3 of GICD_IIDR is KVM's newest behaviour.  A VMM that was written
 * for an older one writes GICD_IIDR.
 */
int vgic_kvm_create(const struct vgic_kvm_config *config, struct vgic_kvm **out)
{
	struct vgic_kvm *vm;

	if (!config || !config->alloc || !config->release || !config->copy_in ||
	    !config->copy_out || !out) {
		return -VGIC_KVM_EINVAL;
	}
	vm = config->alloc(config->ctx, sizeof(*vm));
	if (!vm) {
		return -VGIC_KVM_ENOMEM;
	}
	vgic_kvm_clear(vm, sizeof(*vm));
	vm->config = *config;
	vm->dist = KVM_UNSET;
	vm->cpu = KVM_UNSET;
	vm->irs = KVM_UNSET;
	vm->redist = KVM_UNSET;
	vm->revision = 3;
	*out = vm;
	return 0;
}

void vgic_kvm_destroy(struct vgic_kvm *vm)
{
	if (vm->memory) {
		vm->config.release(vm->config.ctx, vm->memory);
	}
	if (kvm_load(&vm->routing)) {
		vm->config.release(vm->config.ctx, kvm_load(&vm->routing));
	}
	vm->config.release(vm->config.ctx, vm);
}

uint32_t vgic_kvm_find_id(const struct vgic_kvm *vm, uint32_t id)
{
	uint32_t nr_vcpus = kvm_load(&vm->nr_vcpus);

	for (uint32_t i = 0; i < nr_vcpus; i++) {
		if (vm->vcpus[i].id == id) {
			return i;
		}
	}
	return KVM_NO_VCPU;
}

uint32_t vgic_kvm_find_mpidr(const struct vgic_kvm *vm, uint32_t mpidr)
{
	uint32_t nr_vcpus = kvm_load(&vm->nr_vcpus);

	for (uint32_t i = 0; i < nr_vcpus; i++) {
		if (vm->vcpus[i].mpidr == mpidr) {
			return i;
		}
	}
	return KVM_NO_VCPU;
}

/*
 * The exchange pairs with the addition in vgic_kvm_run_end() and with the store
 * in vgic_kvm_let_in(): this thread sees all that vCPUs and earlier holders of
 * the door did.
 */
bool vgic_kvm_hold(struct vgic_kvm *vm)
{
	uint32_t nobody = 0;

	return kvm_cas(&vm->door, &nobody, KVM_DOOR_HELD);
}

/*
 * The release pairs with the exchanges in come_in() and vgic_kvm_hold(): a vCPU
 * sees all that this thread changed.
 */
void vgic_kvm_let_in(struct vgic_kvm *vm)
{
	kvm_store(&vm->door, 0);
}

/* Add a vCPU at the end.  The number of vCPUs is final once the GIC exists. */
static int add_vcpu(struct vgic_kvm *vm, uint32_t id, uint32_t mpidr, void *hw)
{
	uint32_t n = kvm_load(&vm->nr_vcpus);

	if (kvm_gic(vm)) {
		return -VGIC_KVM_EBUSY;
	}
	if (n == KVM_MAX_VCPUS ||
	    (kvm_load(&vm->created) && n == kvm_shape(vm)->max_vcpus)) {
		return -VGIC_KVM_E2BIG;
	}
	vm->vcpus[n].id = id;
	vm->vcpus[n].mpidr = mpidr;
	vm->vcpus[n].hw = hw;
	/*
	 * Last: the release pairs with the loads in vgic_kvm_find_id() and
	 * vgic_kvm_find_mpidr(), which then see the whole vCPU.
	 */
	kvm_store(&vm->nr_vcpus, n + 1);
	return 0;
}

int vgic_kvm_add_vcpu(struct vgic_kvm *vm, uint32_t id, uint32_t mpidr,
		      void *hw)
{
	int err;

	if (id >= KVM_MAX_VCPUS) {
		return -VGIC_KVM_EINVAL;
	}
	if (vgic_kvm_find_id(vm, id) != KVM_NO_VCPU ||
	    vgic_kvm_find_mpidr(vm, mpidr) != KVM_NO_VCPU) {
		return -VGIC_KVM_EEXIST;
	}
	/*
	 * Without a GIC nothing depends on the number of vCPUs, and some may
	 * run already; so the door need not be held.  With a GICv2 another
	 * thread may be making the GIC by its first use.
	 */
	if (!kvm_load(&vm->created)) {
		return add_vcpu(vm, id, mpidr, hw);
	}
	if (!vgic_kvm_hold(vm)) {
		return -VGIC_KVM_EBUSY;
	}
	err = add_vcpu(vm, id, mpidr, hw);
	vgic_kvm_let_in(vm);
	return err;
}

/*
 * Choose the model.  The caller holds the door: no first run is under way. The
 * release of `created` pairs with every load of it; `model` is valid for a
 * thread that sees it set.
 */
static int create_gic(struct vgic_kvm *vm, enum vgic_model model)
{
	if (kvm_load(&vm->has_run)) {
		return -VGIC_KVM_EBUSY;
	}
	if (kvm_load(&vm->nr_vcpus) > vgic_kvm_shape_of(model)->max_vcpus) {
		return -VGIC_KVM_E2BIG;
	}
	vm->model = model;
	kvm_store(&vm->created, true);
	return 0;
}

/*
 * In KVM's order of errors.  VGIC_KVM_CREATE_TEST only asks whether the host
 * has the device, not whether it could be created now.
 */
int vgic_kvm_create_device(struct vgic_kvm *vm,
			   struct vgic_kvm_create_device *create)
{
	static const struct {
		uint32_t type, offered;
		enum vgic_model model;
	} types[] = {
		{ VGIC_KVM_DEV_V2, KVM_V2, VGIC_GICV2 },
		{ VGIC_KVM_DEV_V3, KVM_V3, VGIC_GICV3 },
		{ VGIC_KVM_DEV_V5, KVM_V5, VGIC_GICV5 },
	};
	uint32_t n = 0;
	int err;

	if (!create) {
		return -VGIC_KVM_EFAULT;
	}
	if (create->type == VGIC_KVM_DEV_ITS) {
		return vgic_kvm_create_its(vm, create);
	}
	while (n < sizeof(types) / sizeof(types[0]) &&
	       types[n].type != create->type) {
		n++;
	}
	if (n == sizeof(types) / sizeof(types[0]) ||
	    !(vm->config.models & types[n].offered)) {
		return -VGIC_KVM_ENODEV;
	}
	if (create->flags & VGIC_KVM_CREATE_TEST) {
		return 0;
	}
	if (kvm_load(&vm->created)) {
		return -VGIC_KVM_EEXIST;
	}
	if (!vgic_kvm_hold(vm)) {
		return -VGIC_KVM_EBUSY;
	}
	err = create_gic(vm, types[n].model);
	vgic_kvm_let_in(vm);
	if (!err) {
		create->fd = KVM_GIC_FD;
	}
	return err;
}

/* The older call for a GICv2. */
int vgic_kvm_create_irqchip(struct vgic_kvm *vm)
{
	struct vgic_kvm_create_device create = { .type = VGIC_KVM_DEV_V2 };

	return vm->config.models ? vgic_kvm_create_device(vm, &create) :
				   -VGIC_KVM_ENXIO;
}

int vgic_kvm_check_extension(const struct vgic_kvm *vm, uint32_t cap)
{
	const struct vgic_kvm_config *config = &vm->config;

	switch (cap) {
	case VGIC_KVM_CAP_IRQCHIP:
	case VGIC_KVM_CAP_IRQFD:
	case VGIC_KVM_CAP_SIGNAL_MSI:
	case VGIC_KVM_CAP_DEVICE_CTRL:
	case VGIC_KVM_CAP_ARM_IRQ_LINE_LAYOUT_2:
		return config->models != 0;
	case VGIC_KVM_CAP_ARM_SET_DEVICE_ADDR:
		return (config->models & KVM_V2) != 0;
	case VGIC_KVM_CAP_IRQFD_RESAMPLE:
		return config->models && config->resample;
	case VGIC_KVM_CAP_IRQ_ROUTING:
		return config->models ? (int)VGIC_KVM_ROUTING_MAX : 0;
	case VGIC_KVM_CAP_MAX_VCPUS:
		return (int)(kvm_load(&vm->created) ? kvm_shape(vm)->max_vcpus :
						      KVM_MAX_VCPUS);
	/* As on KVM: messages need a DeviceID once there is an ITS. */
	case VGIC_KVM_CAP_MSI_DEVID:
		return kvm_load(&vm->nr_its) > 0;
	case VGIC_KVM_CAP_ARM_USER_IRQ:
		return config->cpu_line != NULL;
	default:
		return 0;
	}
}

/* Before a number is chosen only the private interrupts are counted. */
uint32_t vgic_kvm_nr_irqs(const struct vgic_kvm *vm)
{
	return vm->nr_irqs ? vm->nr_irqs : kvm_shape(vm)->counted_irqs;
}

/* All words that the GIC will have: private ones of each vCPU, SPIs, LPIs. */
static uint32_t nr_interrupts(const struct vgic_config *config)
{
	const struct kvm_shape *shape =
		vgic_kvm_shape_of(vgic_arch_model(config->arch));

	return config->nr_vcpus * shape->private_irqs + config->nr_spis +
	       (shape->has_iaffids ? config->v5.nr_lpis : config->its.nr_lpis);
}

/* The library's configuration: the VMM's, with what the VM has become. */
static void fill_config(const struct vgic_kvm *vm, struct vgic_config *config)
{
	*config = vm->config.gic;
	config->arch = vgic_arch_of(vm->model);
	config->nr_vcpus = kvm_load(&vm->nr_vcpus);
	config->nr_redist_regions = KVM_MAX_REGIONS;
	if (vm->model != VGIC_GICV3) {
		config->its = (struct vgic_its_config){ .nr_its = 0 };
	}
	/* KVM has one address for an IRS, VGIC_KVM_ADDR_V5_IRS. */
	config->v5.nr_irs = 1;
	if (vm->model == VGIC_GICV2 && vm->config.v2_cpuif) {
		config->cpuif = vm->config.v2_cpuif;
	}
	config->nr_spis = vm->nr_irqs - kvm_shape(vm)->counted_irqs;
	/*
	 * The VMM chose this before the number of interrupts was known, and may
	 * have chosen more than can be used.
	 */
	if (config->nr_side_entries > nr_interrupts(config)) {
		config->nr_side_entries = nr_interrupts(config);
	}
}

/* The affinity of a KVM attribute, as MPIDR_EL1 has it. */
static uint64_t unpack(uint32_t mpidr)
{
	return (uint64_t)(mpidr >> 24) << 32 | (mpidr & 0xffffffu);
}

/*
 * A GICv3 guest names redistributors by GICR_TYPER.Processor_Number, a GICv5
 * guest its PEs by IAFFID.  Both are the vCPU's id, in whatever order the VMM
 * made the vCPUs.
 */
static int make_vcpus(struct vgic_kvm *vm, struct vgic *gic)
{
	for (uint32_t i = 0; i < kvm_load(&vm->nr_vcpus); i++) {
		struct kvm_vcpu *vcpu = &vm->vcpus[i];
		int err = vgic_vcpu_create_numbered(gic, i, vcpu->id,
						    kvm_shape(vm)->has_iaffids ?
							    vcpu->id :
							    unpack(vcpu->mpidr),
						    vcpu->hw, &vcpu->vcpu);

		if (err) {
			return vgic_kvm_errno_of(err);
		}
	}
	return 0;
}

/* GICD_IIDR as the VMM wrote it before the GIC existed, in early_reg(). */
static int restore_iidr(struct vgic_kvm *vm)
{
	uint32_t iidr;

	if (!kvm_shape(vm)->has_distributor) {
		return 0;
	}
	(void)vgic_uaccess_reg(vm->vcpus[0].vcpu, VGIC_UACCESS_DIST, GICD_IIDR,
			       false, &iidr);
	iidr &= ~(uint32_t)FIELD_MASK(GICD_IIDR_Revision);
	iidr |= (uint32_t)FIELD_PUT(GICD_IIDR_Revision, vm->revision);
	return vgic_kvm_errno_of(vgic_uaccess_reg(
		vm->vcpus[0].vcpu, VGIC_UACCESS_DIST, GICD_IIDR, true, &iidr));
}

/*
 * Make the whole GIC in vm->memory.  No other thread sees it before
 * vgic_kvm_init() publishes it.
 */
static int make_gic(struct vgic_kvm *vm, struct vgic **gic)
{
	struct vgic_config config;
	size_t size;
	int err;

	fill_config(vm, &config);
	size = vgic_memory_size(&config);
	if (size == 0) {
		return -VGIC_KVM_EINVAL;
	}
	vm->memory = vm->config.alloc(vm->config.ctx, size);
	if (!vm->memory) {
		return -VGIC_KVM_ENOMEM;
	}
	err = vgic_kvm_errno_of(vgic_create(&config, vm->memory, size, gic));
	err = err ? err : make_vcpus(vm, *gic);
	err = err ? err : restore_iidr(vm);
	err = err ? err : vgic_kvm_place_regions(vm, *gic);
	return err ? err : vgic_kvm_place_its(vm, *gic);
}

/*
 * Undo make_gic(), wherever it failed: the VMM may change sizes and vCPUs and
 * try again.
 */
static void unmake_gic(struct vgic_kvm *vm)
{
	if (vm->memory) {
		vm->config.release(vm->config.ctx, vm->memory);
	}
	vm->memory = NULL;
	vm->nr_placed = 0;
	for (uint32_t i = 0; i < kvm_load(&vm->nr_vcpus); i++) {
		vm->vcpus[i].vcpu = NULL;
	}
}

/*
 * The caller holds the door.  A number of interrupts that was chosen here is
 * taken back if this fails.
 */
int vgic_kvm_init(struct vgic_kvm *vm)
{
	uint32_t chosen = vm->nr_irqs;
	struct vgic *gic;
	int err;

	if (kvm_gic(vm)) {
		return 0;
	}
	if (kvm_load(&vm->nr_vcpus) == 0) {
		return -VGIC_KVM_ENODEV;
	}
	if (chosen == 0) {
		vm->nr_irqs = kvm_shape(vm)->default_irqs;
	}
	err = make_gic(vm, &gic);
	if (err) {
		unmake_gic(vm);
		vm->nr_irqs = chosen;
		return err;
	}
	vgic_kvm_reset_routes(vm);
	/* Last: the release pairs with the load in kvm_gic(). */
	kvm_store(&vm->gic, gic);
	return 0;
}

int vgic_kvm_get_user(const struct kvm_access *a, void *to, size_t size)
{
	const struct vgic_kvm_config *config = &a->vm->config;

	return config->copy_in(config->ctx, to, a->addr, size) ?
		       -VGIC_KVM_EFAULT :
		       0;
}

int vgic_kvm_put_user(const struct kvm_access *a, const void *from, size_t size)
{
	const struct vgic_kvm_config *config = &a->vm->config;

	return config->copy_out(config->ctx, a->addr, from, size) ?
		       -VGIC_KVM_EFAULT :
		       0;
}

/*
 * The first KVM_RUN.  The caller holds the door; success turns that into one
 * vCPU that runs, failure kills the VM.
 */
static int first_run(struct vgic_kvm *vm)
{
	int err = kvm_load(&vm->created) ? vgic_kvm_map(vm) : 0;

	if (err) {
		kvm_store(&vm->dead, true);
		vgic_kvm_let_in(vm);
		return err;
	}
	/*
	 * In this order: the release of the door pairs with its load in
	 * come_in(), which then sees has_run and does not try a first run
	 * again.
	 */
	kvm_store(&vm->has_run, true);
	kvm_store(&vm->door, 1);
	return 0;
}

/*
 * A vCPU begins to run: count it in the door.  -EAGAIN if the door is held: the
 * holder needs vCPUs to stand still, and this thread must not wait.
 */
static int come_in(struct vgic_kvm *vm)
{
	for (;;) {
		/*
		 * Pairs with the stores to the door in first_run() and in
		 * vgic_kvm_let_in(), so has_run is read as they left it.
		 */
		uint32_t inside = kvm_load(&vm->door);
		bool has_run = kvm_load(&vm->has_run);

		if (inside & KVM_DOOR_HELD) {
			return -VGIC_KVM_EAGAIN;
		}
		if (!has_run && vgic_kvm_hold(vm)) {
			return first_run(vm);
		}
		/*
		 * Pairs with vgic_kvm_let_in(): this vCPU sees what the last
		 * holder changed.
		 */
		if (has_run && kvm_cas(&vm->door, &inside, inside + 1)) {
			return 0;
		}
	}
}

/*
 * If two threads run the same vCPU, the exchange of `running` gives EBUSY to
 * the second.
 */
int vgic_kvm_run_begin(struct vgic_kvm *vm, uint32_t id)
{
	uint32_t index = vgic_kvm_find_id(vm, id);
	int err;

	if (kvm_load(&vm->dead)) {
		return -VGIC_KVM_EIO;
	}
	if (index == KVM_NO_VCPU) {
		return -VGIC_KVM_EINVAL;
	}
	if (kvm_exchange(&vm->vcpus[index].running, true)) {
		return -VGIC_KVM_EBUSY;
	}
	err = come_in(vm);
	if (err) {
		kvm_store(&vm->vcpus[index].running, false);
	}
	return err;
}

/*
 * vgic_put() takes the vCPU's state out of its CPU interface, where an access
 * to registers will look for it.  Only then the door is left.
 */
void vgic_kvm_run_end(struct vgic_kvm *vm, uint32_t id)
{
	uint32_t index = vgic_kvm_find_id(vm, id);

	if (index == KVM_NO_VCPU || !kvm_load(&vm->vcpus[index].running)) {
		return;
	}
	if (kvm_gic(vm)) {
		vgic_put(vm->vcpus[index].vcpu);
	}
	kvm_store(&vm->vcpus[index].running, false);
	/*
	 * Minus 1.  Pairs with the exchange in vgic_kvm_hold(): the holder sees
	 * all that this vCPU did.
	 */
	(void)kvm_add(&vm->door, UINT32_MAX);
}

struct vgic *vgic_kvm_gic(struct vgic_kvm *vm)
{
	return kvm_gic(vm);
}

struct vgic_vcpu *vgic_kvm_vcpu(struct vgic_kvm *vm, uint32_t id)
{
	uint32_t index = vgic_kvm_find_id(vm, id);

	return index == KVM_NO_VCPU || !kvm_gic(vm) ? NULL :
						      vm->vcpus[index].vcpu;
}
