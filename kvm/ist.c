/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Group IST: the state of a GICv5's SPIs and LPIs, as images of interrupt state
 * table entries (ISTEs) in the VMM's memory, for its migration.
 *
 * The guest's own tables hold no state that we use (docs/design.md, section 6),
 * so what a VMM carries to another host are these images.  An entry is 32 bits,
 * little-endian, whatever the host.
 */
#include "kvm.h"

#include "regs/gicv5.h"

/* An L2_ISTE has 4 bytes. */
#define ISTE_SIZE 4u
/* Entries that are copied to the VMM at a time: a buffer on the stack. */
#define PIECE 64u

/*
 * One image: where it is in the VMM's memory, how many entries it has, and the
 * type of the interrupts, GICV5_INTID_TYPE_*.
 */
struct image {
	uint64_t addr;
	uint64_t count;
	uint32_t type;
};

/* The group has the one attribute 0. */
int vgic_kvm_has_ist(const struct vgic_kvm *vm, uint64_t attr)
{
	(void)vm;
	return attr == 0 ? 0 : -VGIC_KVM_ENXIO;
}

static uint32_t intid_of(const struct image *image, uint64_t n)
{
	return (uint32_t)(FIELD_PUT(GICV5_INTID_TYPE, image->type) |
			  FIELD_PUT(GICV5_INTID_ID, n));
}

/*
 * The entries from `first` on.  An LPI has no state where the guest's table is
 * not valid; its entry is 0.
 */
static void save_piece(struct vgic_vcpu *vcpu, const struct image *image,
		       uint64_t first, uint8_t bytes[PIECE * ISTE_SIZE])
{
	for (uint32_t i = 0; i < PIECE; i++) {
		uint32_t iste = 0;

		if (first + i < image->count) {
			(void)vgic_uaccess_iste(
				vcpu, intid_of(image, first + i), false, &iste);
		}
		for (uint32_t b = 0; b < ISTE_SIZE; b++) {
			bytes[i * ISTE_SIZE + b] = (uint8_t)(iste >> 8 * b);
		}
	}
}

/* Write an image to the VMM's memory. */
static int save(const struct kvm_access *a, const struct image *image)
{
	struct kvm_access at = *a;
	uint8_t bytes[PIECE * ISTE_SIZE];
	int err = 0;

	for (uint64_t n = 0; !err && n < image->count; n += PIECE) {
		uint64_t left = image->count - n;

		at.addr = image->addr + n * ISTE_SIZE;
		save_piece(a->vm->vcpus[0].vcpu, image, n, bytes);
		err = vgic_kvm_put_user(&at, bytes,
					(size_t)(left < PIECE ? left : PIECE) *
						ISTE_SIZE);
	}
	return err;
}

/* Read a whole image.  With no entries its address is 0, not to be read. */
static int read_image(const struct kvm_access *a, const struct image *image,
		      uint8_t *to)
{
	struct kvm_access at = *a;

	at.addr = image->addr;
	return image->count ?
		       vgic_kvm_get_user(&at, to,
					 (size_t)image->count * ISTE_SIZE) :
		       0;
}

/*
 * Give each interrupt the state of its entry.  An LPI without a valid entry in
 * the guest's table is left alone, like an SPI that does not exist.
 */
static void use_image(struct vgic_vcpu *vcpu, const struct image *image,
		      const uint8_t *from)
{
	for (uint64_t n = 0; n < image->count; n++) {
		uint32_t iste = 0;

		for (uint32_t b = 0; b < ISTE_SIZE; b++) {
			iste |= (uint32_t)from[n * ISTE_SIZE + b] << 8 * b;
		}
		(void)vgic_uaccess_iste(vcpu, intid_of(image, n), true, &iste);
	}
}

/*
 * The buffers have to have exactly the size of what they are for: one entry for
 * each SPI, and one for each LPI ID of the guest's table.  Without a table
 * there must be no buffer for LPIs.
 */
static int check(const struct vgic_kvm *vm, const struct vgic_kvm_ist *ist)
{
	uint32_t bits = vgic_uaccess_ist_bits(vm->vcpus[0].vcpu);
	uint64_t lpis = bits ? (uint64_t)ISTE_SIZE << bits : 0;

	if (!ist->spi_ist_addr ||
	    ist->spi_ist_size != (uint64_t)vm->nr_irqs * ISTE_SIZE ||
	    ist->lpi_ist_size != lpis || !ist->lpi_ist_addr != !lpis) {
		return -VGIC_KVM_EINVAL;
	}
	return 0;
}

/*
 * Both images are read in full before anything changes: a bad address leaves
 * the VM as it was.
 */
static int restore(const struct kvm_access *a, const struct image *spis,
		   const struct image *lpis)
{
	const struct vgic_kvm_config *config = &a->vm->config;
	struct vgic_vcpu *vcpu = a->vm->vcpus[0].vcpu;
	size_t spi_bytes = (size_t)spis->count * ISTE_SIZE;
	uint8_t *bytes = config->alloc(
		config->ctx, spi_bytes + (size_t)lpis->count * ISTE_SIZE);
	int err;

	if (!bytes) {
		return -VGIC_KVM_ENOMEM;
	}
	err = read_image(a, spis, bytes);
	err = err ? err : read_image(a, lpis, bytes + spi_bytes);
	if (!err && lpis->count) {
		err = vgic_kvm_errno_of(vgic_uaccess_make_ist(vcpu));
	}
	if (!err) {
		use_image(vcpu, spis, bytes);
		use_image(vcpu, lpis, bytes + spi_bytes);
	}
	config->release(config->ctx, bytes);
	return err;
}

/*
 * The images can be written only before the first run: afterwards they would
 * change interrupts that the guest already handles.
 */
int vgic_kvm_ist_group(const struct kvm_access *a)
{
	struct vgic_kvm *vm = a->vm;
	struct image spis = { .type = GICV5_INTID_TYPE_SPI };
	struct image lpis = { .type = GICV5_INTID_TYPE_LPI };
	struct vgic_kvm_ist ist;
	int err;

	if (vgic_kvm_has_ist(vm, a->attr)) {
		return -VGIC_KVM_ENXIO;
	}
	if (!a->addr) {
		return -VGIC_KVM_EINVAL;
	}
	err = vgic_kvm_settled(a);
	if (!err && a->write && kvm_load(&vm->has_run)) {
		err = -VGIC_KVM_EBUSY;
	}
	err = err ? err : vgic_kvm_get_user(a, &ist, sizeof(ist));
	err = err ? err : check(vm, &ist);
	if (err) {
		return err;
	}
	spis.addr = ist.spi_ist_addr;
	spis.count = ist.spi_ist_size / ISTE_SIZE;
	lpis.addr = ist.lpi_ist_addr;
	lpis.count = ist.lpi_ist_size / ISTE_SIZE;
	if (a->write) {
		return restore(a, &spis, &lpis);
	}
	err = save(a, &spis);
	return err ? err : save(a, &lpis);
}
