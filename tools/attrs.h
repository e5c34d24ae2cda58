/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of a VM's GIC as a VMM saves it from KVM: attributes of the
 * device with their values, in the order in which they are restored.
 * docs/kvm.md describes the file.
 */
#ifndef TOOLS_ATTRS_H
#define TOOLS_ATTRS_H

#include <stdio.h>

#include <vgic/kvm.h>

#define ATTRS_MAX_VCPUS 512u
#define ATTRS_FORMAT "vgic-attributes"
#define ATTRS_VERSION 1

/* What has to be there before any state is restored. */
struct attrs_machine {
	enum vgic_model model;
	uint32_t nr_vcpus;
	struct {
		uint32_t id, mpidr;
	} vcpus[ATTRS_MAX_VCPUS];
	/* As group NR_IRQS has it. */
	uint32_t nr_irqs;
	/* GICv2 and GICv3: of struct vgic_cpuif_caps. */
	uint32_t pri_bits, pre_bits, id_bits;
	bool a3v;
	/* GICv5: of struct vgic_v5_config. */
	uint64_t ppi_implemented[2], ppi_level[2];
	uint32_t lpi_id_bits;
};

struct attr {
	uint32_t group;
	uint64_t attr;
	/* Bytes: 4, 8; 0 when there is no value, or it is `image`. */
	uint32_t width;
	uint64_t value;
	/* Group IST: ISTEs of SPIs, then of LPIs. */
	uint32_t *image;
	uint32_t nr_spis, nr_lpis;
	/* Of the file, for messages. */
	uint32_t line;
};

struct attrs {
	struct attrs_machine machine;
	struct attr *list;
	size_t nr;
};

/* What went wrong: one line. */
struct attrs_error {
	char text[160];
};

void attrs_free(struct attrs *attrs);
/* Append one; its image becomes the list's. */
void attrs_add(struct attrs *attrs, const struct attr *attr);

/* attrs_io.c: false and an error when it is no such file. */
bool attrs_read(FILE *in, struct attrs *attrs, struct attrs_error *error);
void attrs_write(FILE *out, const struct attrs *attrs);

/* attrs_vm.c: a VM on the KVM door, whose vCPUs never run. */
struct attrs_vm;
/* With a GIC of this kind, initialised unless the list is to do that. */
struct attrs_vm *attrs_vm_new(const struct attrs_machine *machine, bool init,
			      struct attrs_error *error);
void attrs_vm_free(struct attrs_vm *vm);
struct vgic *attrs_vm_gic(struct attrs_vm *vm);

/*
 * A device, and how its VMM's memory is addressed: the callbacks of its
 * vgic_kvm_config take pointers into this process, no more than `width` bytes
 * at attrs_buffer.
 */
struct attrs_device {
	struct vgic_kvm *vm;
	uint32_t fd;
};
struct attrs_device attrs_vm_device(struct attrs_vm *vm);
int attrs_copy_in(void *ctx, void *to, uint64_t addr, size_t size);
int attrs_copy_out(void *ctx, uint64_t addr, const void *from, size_t size);

/* attrs_walk.c: every attribute that is state. */
bool attrs_save(struct attrs_device device, struct attrs *attrs,
		struct attrs_error *error);
bool attrs_load(struct attrs_device device, const struct attrs *attrs,
		struct attrs_error *error);

#endif
