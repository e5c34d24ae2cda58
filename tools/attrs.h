/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of a VM's GIC as a VMM saves it from KVM: attributes of the device
 * with their values, in the order in which they are restored.  docs/kvm.md
 * describes the file.
 *
 * attrs_io.c reads and writes such files, attrs_vm.c makes a VM that holds the
 * state, attrs_walk.c moves the state between a VM and a list of attributes,
 * and snapshot.c is the command that puts these together.
 */
#ifndef TOOLS_ATTRS_H
#define TOOLS_ATTRS_H

#include <stdio.h>

#include <vgic/kvm.h>

/* As many as vgic_kvm_add_vcpu() takes. */
#define ATTRS_MAX_VCPUS 512u
#define ATTRS_FORMAT "vgic-attributes"
#define ATTRS_VERSION 1

/*
 * The machine that has to exist before any state is restored: the first line of
 * a file.
 */
struct attrs_machine {
	enum vgic_model model;
	uint32_t nr_vcpus;
	struct {
		uint32_t id, mpidr;
	} vcpus[ATTRS_MAX_VCPUS];
	/* As group NR_IRQS counts them. */
	uint32_t nr_irqs;
	/* GICv2 and GICv3: of struct vgic_cpuif_caps. */
	uint32_t pri_bits, pre_bits, id_bits;
	bool a3v;
	/* GICv5: of struct vgic_v5_config. */
	uint64_t ppi_implemented[2], ppi_level[2];
	uint32_t lpi_id_bits;
};

/* One attribute. */
struct attr {
	uint32_t group;
	uint64_t attr;
	/*
	 * Bytes of the value: 4 or 8; 0 when there is none, or it is `image`.
	 */
	uint32_t width;
	uint64_t value;
	/* Group IST alone: entries of all SPIs, then of all LPIs. */
	uint32_t *image;
	uint32_t nr_spis, nr_lpis;
	/* The attribute's line in the file, for messages. */
	uint32_t line;
};

/* A machine, and its state in the order in which it is restored. */
struct attrs {
	struct attrs_machine machine;
	struct attr *list;
	size_t nr;
};

/* What went wrong, in one line without its end. */
struct attrs_error {
	char text[160];
};

void attrs_free(struct attrs *attrs);
/* Append an attribute.  Its image belongs to the list from then on. */
void attrs_add(struct attrs *attrs, const struct attr *attr);

/*
 * attrs_io.c.  attrs_read(): false and an error when this is no such file; the
 * list is then empty.  attrs_write() leaves errors in `out`.
 */
bool attrs_read(FILE *in, struct attrs *attrs, struct attrs_error *error);
void attrs_write(FILE *out, const struct attrs *attrs);

/* attrs_vm.c: a VM behind KVM's interface, whose vCPUs never run. */
struct attrs_vm;
/*
 * Make one with a GIC as the machine says.  `init`: initialise the GIC; without
 * it the list has the attribute that does.  Null and an error when the GIC
 * cannot be made.
 */
struct attrs_vm *attrs_vm_new(const struct attrs_machine *machine, bool init,
			      struct attrs_error *error);
void attrs_vm_free(struct attrs_vm *vm);
/* The library's GIC, or null while nothing has initialised it. */
struct vgic *attrs_vm_gic(struct attrs_vm *vm);

/*
 * A device whose attributes are read and written.  Addresses in attributes are
 * pointers into this process: the VM's vgic_kvm_config has the callbacks
 * attrs_copy_in() and attrs_copy_out().
 */
struct attrs_device {
	struct vgic_kvm *vm;
	uint32_t fd;
};
struct attrs_device attrs_vm_device(struct attrs_vm *vm);
int attrs_copy_in(void *ctx, void *to, uint64_t addr, size_t size);
int attrs_copy_out(void *ctx, uint64_t addr, const void *from, size_t size);

/*
 * attrs_walk.c: read every attribute that is state into a list, or write a list
 * to a device.  False and an error at the first attribute that fails.
 */
bool attrs_save(struct attrs_device device, struct attrs *attrs,
		struct attrs_error *error);
bool attrs_load(struct attrs_device device, const struct attrs *attrs,
		struct attrs_error *error);

#endif
