/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A VM that exists to hold state: its guest never runs, so it needs no guest
 * memory, and nothing is there to kick.
 */
#include <stdlib.h>
#include <string.h>

#include "attrs.h"

/*
 * log2 of how many LPIs of a GICv5 can have state: what is allocated for them.
 */
#define LPIS_AT_MOST 20u /* log2 of those with state */

/* `pes`: a GICv5's CPU interfaces in software, one for each vCPU. */
struct attrs_vm {
	struct attrs_device device;
	struct vgic_v5_config v5;
	void *pes[ATTRS_MAX_VCPUS];
	uint32_t nr_pes;
};

/* aligned_alloc() wants a size that is a multiple of the alignment. */
static void *get_memory(void *ctx, size_t size)
{
	(void)ctx;
	return aligned_alloc(64, (size + 63) / 64 * 64);
}

static void give_back(void *ctx, void *memory)
{
	(void)ctx;
	free(memory);
}

/* A null pointer cannot be reached; any other is one of this process. */
int attrs_copy_in(void *ctx, void *to, uint64_t addr, size_t size)
{
	(void)ctx;
	if (!addr) {
		return -1;
	}
	memcpy(to, (const void *)(uintptr_t)addr, size);
	return 0;
}

int attrs_copy_out(void *ctx, uint64_t addr, const void *from, size_t size)
{
	(void)ctx;
	if (!addr) {
		return -1;
	}
	memcpy((void *)(uintptr_t)addr, from, size);
	return 0;
}

static void kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	(void)vcpu;
}

/*
 * There is no guest memory.  The library reads only the L1 entries of a GICv5's
 * two-level tables: all ones make every entry valid, so that each LPI can have
 * state.
 */
static int read_guest(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	(void)ctx;
	(void)ipa;
	memset(buf, 0xff, len);
	return 0;
}

static int write_guest(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	(void)ctx;
	(void)ipa;
	(void)buf;
	(void)len;
	return 0;
}

static const struct vgic_host_ops host = {
	.kick = kick,
	.read_guest = read_guest,
	.write_guest = write_guest,
};

static uint32_t device_type(enum vgic_model model)
{
	switch (model) {
	case VGIC_GICV2:
		return VGIC_KVM_DEV_V2;
	case VGIC_GICV5:
		return VGIC_KVM_DEV_V5;
	default:
		return VGIC_KVM_DEV_V3;
	}
}

/* KVM_SET_DEVICE_ATTR of a value in this process. */
static int set(struct attrs_vm *vm, uint32_t group, uint64_t attr,
	       uint64_t value)
{
	const struct vgic_kvm_device_attr a = {
		.group = group,
		.attr = attr,
		.addr = (uintptr_t)&value,
	};

	return vgic_kvm_set_attr(vm->device.vm, vm->device.fd, &a);
}

/*
 * A GICv5's vCPUs need their CPU interfaces at once: vgic_vcpu_create()
 * attaches them.  Those of other models are not used before a vCPU runs.
 */
static int add_vcpus(struct attrs_vm *vm, const struct attrs_machine *m)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < m->nr_vcpus; i++) {
		void *pe = NULL;

		/* Only this one is looked at before its vCPU runs. */
		if (m->model == VGIC_GICV5) {
			pe = get_memory(NULL, vgic_soft_v5_size());
			vm->pes[vm->nr_pes++] = pe;
			err = !pe || vgic_soft_v5_init(
					     pe, &vm->v5,
					     (uint16_t)m->vcpus[i].id) ?
				      -VGIC_KVM_EINVAL :
				      0;
		}
		err = err ? err :
			    vgic_kvm_add_vcpu(vm->device.vm, m->vcpus[i].id,
					      m->vcpus[i].mpidr, pe);
	}
	return err;
}

/*
 * The VMM's calls in KVM's order: device, vCPUs, number of interrupts,
 * addresses, and perhaps CTRL_INIT.
 */
static int make(struct attrs_vm *vm, const struct attrs_machine *m, bool init)
{
	struct vgic_kvm_create_device create = {
		.type = device_type(m->model),
	};
	const struct vgic_kvm_config config = {
		.models = VGIC_KVM_HAS_V2 | VGIC_KVM_HAS_V3 |
			  VGIC_KVM_HAS_V5,
		.ipa_bits = 48,
		.alloc = get_memory,
		.release = give_back,
		.copy_in = attrs_copy_in,
		.copy_out = attrs_copy_out,
		.gic = {
			.caps = { .nr_lrs = 4,
				  .pri_bits = (uint8_t)m->pri_bits,
				  .pre_bits = (uint8_t)m->pre_bits,
				  .id_bits = m->model == VGIC_GICV3 ?
						     (uint8_t)m->id_bits :
						     16,
				  .a3v = m->model == VGIC_GICV3 && m->a3v },
			.cpuif = &vgic_soft_backend,
			.v5 = vm->v5,
			.host = &host,
		},
	};
	int err = vgic_kvm_create(&config, &vm->device.vm);

	err = err ? err : vgic_kvm_create_device(vm->device.vm, &create);
	vm->device.fd = create.fd;
	err = err ? err : add_vcpus(vm, m);
	err = err ? err : set(vm, VGIC_KVM_GRP_NR_IRQS, 0, m->nr_irqs);
	if (!err && m->model == VGIC_GICV5) {
		/* Without an address of the IRS its registers are ENXIO. */
		err = set(vm, VGIC_KVM_GRP_ADDR, VGIC_KVM_ADDR_V5_IRS, 0);
	}
	if (!err && init) {
		err = set(vm, VGIC_KVM_GRP_CTRL, VGIC_KVM_CTRL_INIT, 0);
	}
	return err;
}

struct attrs_vm *attrs_vm_new(const struct attrs_machine *machine, bool init,
			      struct attrs_error *error)
{
	struct attrs_vm *vm = calloc(1, sizeof(*vm));
	uint32_t bits = machine->lpi_id_bits;
	int err = -VGIC_KVM_ENOMEM;

	if (vm) {
		vm->v5 = (struct vgic_v5_config){
			.cpuif = &vgic_soft_v5_backend,
			.ppi_implemented = { machine->ppi_implemented[0],
					     machine->ppi_implemented[1] },
			.ppi_level = { machine->ppi_level[0],
				       machine->ppi_level[1] },
			.nr_lpis = 1u << (bits < LPIS_AT_MOST ? bits :
								LPIS_AT_MOST),
			.lpi_id_bits = bits,
			.nr_irs = 1,
		};
		vm->v5.nr_lpis = bits ? vm->v5.nr_lpis : 0;
		err = make(vm, machine, init);
	}
	if (err) {
		snprintf(error->text, sizeof(error->text),
			 "no GICv%d with %u vCPUs and %u interrupts can be "
			 "made by KVM's interface (errno %d)",
			 (int)machine->model, machine->nr_vcpus,
			 machine->nr_irqs, -err);
		attrs_vm_free(vm);
		return NULL;
	}
	return vm;
}

void attrs_vm_free(struct attrs_vm *vm)
{
	if (!vm) {
		return;
	}
	if (vm->device.vm) {
		vgic_kvm_destroy(vm->device.vm);
	}
	for (uint32_t i = 0; i < vm->nr_pes; i++) {
		free(vm->pes[i]);
	}
	free(vm);
}

struct vgic *attrs_vm_gic(struct attrs_vm *vm)
{
	return vgic_kvm_gic(vm->device.vm);
}

struct attrs_device attrs_vm_device(struct attrs_vm *vm)
{
	return vm->device;
}
