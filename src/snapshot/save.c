/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Saving: a loop over the rows of kinds.c for the VM and for each vCPU.
 *
 * A save changes nothing that the guest could tell.  Every vCPU concerned is
 * out of the guest, so the words say what stands in list registers; requests
 * that wait in a word for its owner are merged in what is written, not in the
 * word.
 *
 * The same code finds out the size and writes: without room for a byte it only
 * counts (vgic_snap_room()).
 */
#include "snapshot/snapshot.h"

/*
 * w->at counts on beyond the end of the buffer, which save() compares at the
 * end.
 */
uint8_t *vgic_snap_room(struct snap_writer *w, size_t size)
{
	size_t at = w->at;

	w->at += size;
	return w->buf && w->at <= w->size ? w->buf + at : NULL;
}

void vgic_snap_write(struct snap_writer *w, uint32_t width, uint64_t value)
{
	uint8_t *to = vgic_snap_room(w, width);

	if (to) {
		snap_put(to, width, value);
	}
}

void vgic_snap_write_struct(struct snap_writer *w,
			    const struct snap_layout *layout, const void *from)
{
	uint8_t *to = vgic_snap_room(w, layout->size);

	if (to) {
		vgic_snap_encode(layout, from, to);
	}
}

/* Length and checksum are 0 for now. */
void vgic_snap_begin(struct snap_writer *w, uint32_t type, uint32_t vcpu)
{
	w->record = w->at;
	vgic_snap_write(w, 2, type);
	vgic_snap_write(w, 2, vcpu);
	vgic_snap_write(w, 4, 0);
	vgic_snap_write(w, 4, 0);
}

/* The checksum follows when all is written: see seal(). */
void vgic_snap_end(struct snap_writer *w)
{
	size_t length = w->at - w->record - SNAP_RECORD_SIZE;

	if (w->buf && w->at <= w->size) {
		snap_put(w->buf + w->record + SNAP_RECORD_LENGTH_AT, 4, length);
	}
}

void vgic_snap_save_one(struct snap_writer *w, uint32_t type, uint32_t vcpu,
			const struct snap_layout *layout, const void *from)
{
	vgic_snap_begin(w, type, vcpu);
	vgic_snap_write_struct(w, layout, from);
	vgic_snap_end(w);
}

/* A record without entries is taken back. */
void vgic_snap_end_entries(struct snap_writer *w, uint32_t n)
{
	if (n) {
		vgic_snap_end(w);
	} else {
		w->at = w->record;
	}
}

/*
 * Fill in the snapshot's length and all checksums.  They come last because
 * entries of interrupts are completed while later records are written.
 */
static void seal(struct snap_writer *w)
{
	size_t at = SNAP_HEADER_SIZE;
	uint32_t crc;

	snap_put(w->buf + SNAP_LENGTH_AT, 4, w->at);
	crc = vgic_snap_crc(0, w->buf, SNAP_CRC_AT);
	snap_put(w->buf + SNAP_CRC_AT, 4, crc);
	while (at < w->at) {
		uint8_t *record = w->buf + at;
		uint32_t length =
			(uint32_t)snap_get(record + SNAP_RECORD_LENGTH_AT, 4);

		crc = vgic_snap_record_crc(crc, record, length);
		snap_put(record + SNAP_RECORD_CRC_AT, 4, crc);
		at += SNAP_RECORD_SIZE + length;
	}
}

/* Length and checksum are seal()'s. */
static void put_header(struct snap_writer *w)
{
	vgic_snap_write(w, 8, SNAP_MAGIC);
	vgic_snap_write(w, 2, VGIC_SNAPSHOT_MAJOR);
	vgic_snap_write(w, 2, VGIC_SNAPSHOT_MINOR);
	vgic_snap_write(w, 2, vgic_arch_model(w->gic->arch));
	vgic_snap_write(w, 2, w->vcpu);
	vgic_snap_write(w, 4, 0);
	vgic_snap_write(w, 4, 0);
}

/*
 * Does this snapshot have the record, as the VM's (`vcpu` null) or as a vCPU's?
 * In a snapshot of one vCPU the only record of the VM's is that of the machine,
 * by which a restore sees that it fits.
 */
static bool has_record(const struct snap_writer *w,
		       const struct vgic_snap_kind *kind,
		       const struct vgic_vcpu *vcpu)
{
	if (!vgic_snap_has(w->gic, kind)) {
		return false;
	}
	if (vcpu) {
		return kind->vcpu;
	}
	return kind->vm && (w->vcpu == VGIC_SNAPSHOT_NONE ||
			    kind->type == VGIC_SNAPSHOT_MACHINE);
}

/* Write the VM's records, or those of a vCPU. */
static void save_parts(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	const struct vgic_snap_kind *kind;

	for (uint32_t i = 0; (kind = vgic_snap_kind_at(i)); i++) {
		if (has_record(w, kind, vcpu)) {
			kind->save(w, vcpu);
		}
	}
}

/*
 * Save the VM, or with `vcpu` that vCPU alone.  Returns the number of bytes.
 * Without a buffer it is the size that would be needed.  VGIC_E_BUSY: a vCPU
 * concerned is loaded or in the guest; VGIC_E_NOMEM: the buffer is too small.
 */
static int64_t save(struct vgic *gic, struct vgic_vcpu *vcpu, void *buf,
		    size_t size)
{
	struct snap_writer w = {
		.gic = gic,
		.buf = buf,
		.size = size,
		.vcpu = vcpu ? vcpu->index : VGIC_SNAPSHOT_NONE,
	};

	for (uint32_t i = 0; i < gic->config.nr_vcpus; i++) {
		struct vgic_vcpu *v = &gic->vcpus[i];

		if ((!vcpu || v == vcpu) && vgic_snap_busy(v)) {
			return VGIC_E_BUSY;
		}
	}
	/*
	 * What a guest's access has begun is the VM's, so a single vCPU does
	 * not have it.
	 */
	if (vgic_snap_model(gic)->settle && !vcpu) {
		vgic_snap_model(gic)->settle(gic);
	}
	put_header(&w);
	save_parts(&w, NULL);
	for (uint32_t i = 0; i < gic->config.nr_vcpus; i++) {
		struct vgic_vcpu *v = &gic->vcpus[i];

		if (v->created && (!vcpu || v == vcpu)) {
			save_parts(&w, v);
		}
	}
	if (!buf) {
		return (int64_t)w.at;
	}
	if (w.at > size) {
		return VGIC_E_NOMEM;
	}
	seal(&w);
	return (int64_t)w.at;
}

/* The public calls: the VM or a vCPU, with a buffer or without. */
int64_t vgic_snapshot_size(struct vgic *gic)
{
	return gic ? save(gic, NULL, NULL, 0) : VGIC_E_INVAL;
}

int64_t vgic_snapshot_save(struct vgic *gic, void *buf, size_t size)
{
	return gic && buf ? save(gic, NULL, buf, size) : VGIC_E_INVAL;
}

int64_t vgic_snapshot_vcpu_size(struct vgic_vcpu *vcpu)
{
	return vcpu ? save(vcpu->gic, vcpu, NULL, 0) : VGIC_E_INVAL;
}

int64_t vgic_snapshot_save_vcpu(struct vgic_vcpu *vcpu, void *buf, size_t size)
{
	return vcpu && buf ? save(vcpu->gic, vcpu, buf, size) : VGIC_E_INVAL;
}
