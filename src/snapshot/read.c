/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a snapshot: its header, its records one by one, and the entries of a
 * record.  Every length is checked before a byte is used, because the buffer
 * may hold anything.  Whether the content can be restored is not decided here
 * but in check.c.
 *
 * At the end, two calls that only want to know what a snapshot is of.
 */
#include "snapshot/snapshot.h"

/* A caller without a `where` gets the error alone. */
int vgic_snap_fail(struct snap_reader *r, const struct snap_record *record,
		   int error, const char *what)
{
	if (r->where) {
		*r->where = (struct vgic_snapshot_where){
			.offset = record->offset,
			.record = record->type,
			.vcpu = record->vcpu,
			.intid = VGIC_SNAPSHOT_NONE,
			.what = what,
		};
	}
	return error;
}

int vgic_snap_fail_at(struct snap_reader *r, const struct snap_array *array,
		      uint32_t n, uint32_t intid, int error, const char *what)
{
	(void)vgic_snap_fail(r, array->record, error, what);
	if (r->where) {
		r->where->offset = (uint32_t)(snap_entry(array, n) - r->buf);
		r->where->intid = intid;
	}
	return error;
}

/* An error of the header, which is no record. */
static int fail_header(struct snap_reader *r, int error, const char *what)
{
	const struct snap_record header = {
		.type = VGIC_SNAPSHOT_HEADER,
		.vcpu = VGIC_SNAPSHOT_NONE,
	};

	return vgic_snap_fail(r, &header, error, what);
}

/* The vCPU in a header: 16 bits, 0xffff being none. */
static uint32_t get_vcpu(const uint8_t *from)
{
	uint32_t vcpu = (uint32_t)snap_get(from, 2);

	return vcpu == SNAP_NO_VCPU ? VGIC_SNAPSHOT_NONE : vcpu;
}

/* The models that the format knows, whichever this VM is. */
static bool known_model(uint32_t model)
{
	return model == VGIC_GICV2 || model == VGIC_GICV3 ||
	       model == VGIC_GICV5;
}

/*
 * Check the header.  The checksum comes before the version: if the header is
 * damaged, so may the version be.
 */
static int open_header(struct snap_reader *r, size_t len)
{
	uint32_t length;

	if (len < SNAP_HEADER_SIZE) {
		return fail_header(r, VGIC_E_FORMAT,
				   "it is shorter than a header");
	}
	if (snap_get(r->buf, 8) != SNAP_MAGIC) {
		return fail_header(r, VGIC_E_FORMAT,
				   "it does not begin as a snapshot");
	}
	r->crc = vgic_snap_crc(0, r->buf, SNAP_CRC_AT);
	if (snap_get(r->buf + SNAP_CRC_AT, 4) != r->crc) {
		return fail_header(r, VGIC_E_FORMAT, "its checksum is wrong");
	}
	r->major = (uint32_t)snap_get(r->buf + 8, 2);
	r->minor = (uint32_t)snap_get(r->buf + 10, 2);
	r->model = (uint32_t)snap_get(r->buf + 12, 2);
	r->vcpu = get_vcpu(r->buf + 14);
	length = (uint32_t)snap_get(r->buf + SNAP_LENGTH_AT, 4);
	if (r->major != VGIC_SNAPSHOT_MAJOR) {
		return fail_header(r, VGIC_E_NOTSUP,
				   "it has another version of the format");
	}
	if (!known_model(r->model)) {
		return fail_header(r, VGIC_E_FORMAT, "no such model");
	}
	if (length < SNAP_HEADER_SIZE) {
		return fail_header(r, VGIC_E_FORMAT, "its length is wrong");
	}
	/*
	 * A snapshot that was cut off: read on to the record that is not
	 * complete, so that the error names it.
	 */
	r->truncated = length > len;
	r->length = r->truncated ? (uint32_t)len : length;
	r->at = SNAP_HEADER_SIZE;
	return VGIC_OK;
}

int vgic_snap_open(struct snap_reader *r, const void *buf, size_t len,
		   struct vgic_snapshot_where *where)
{
	*r = (struct snap_reader){ .buf = buf, .where = where };
	if (where) {
		*where = (struct vgic_snapshot_where){
			.vcpu = VGIC_SNAPSHOT_NONE,
			.intid = VGIC_SNAPSHOT_NONE,
		};
	}
	return buf ? open_header(r, len) : VGIC_E_INVAL;
}

/*
 * A second walk over a snapshot that was checked (`trusted`) does not compute
 * the checksums again.
 */
int vgic_snap_next(struct snap_reader *r, struct snap_record *record)
{
	const uint8_t *at = r->buf + r->at;
	uint32_t left = r->length - r->at;

	*record = (struct snap_record){
		.offset = r->at,
		.vcpu = VGIC_SNAPSHOT_NONE,
	};
	if (left == 0 && !r->truncated) {
		return 0;
	}
	if (left < SNAP_RECORD_SIZE) {
		return vgic_snap_fail(r, record, VGIC_E_FORMAT,
				      "it ends before a record's header does");
	}
	record->type = (uint32_t)snap_get(at, 2);
	record->vcpu = get_vcpu(at + 2);
	record->length = (uint32_t)snap_get(at + SNAP_RECORD_LENGTH_AT, 4);
	record->data = at + SNAP_RECORD_SIZE;
	if (record->length > left - SNAP_RECORD_SIZE) {
		return vgic_snap_fail(r, record, VGIC_E_FORMAT,
				      "it ends before the record does");
	}
	if (!r->trusted) {
		r->crc = vgic_snap_record_crc(r->crc, at, record->length);
	}
	if (!r->trusted && snap_get(at + SNAP_RECORD_CRC_AT, 4) != r->crc) {
		return vgic_snap_fail(r, record, VGIC_E_FORMAT,
				      "the record's checksum is wrong");
	}
	r->at += SNAP_RECORD_SIZE + record->length;
	return 1;
}

/* Shorter than the structure is an error: each version only adds fields. */
int vgic_snap_one(struct snap_reader *r, const struct snap_record *record,
		  const struct snap_layout *layout, void *to)
{
	if (record->length < layout->size) {
		return vgic_snap_fail(r, record, VGIC_E_FORMAT,
				      "the record is too short");
	}
	if (!vgic_snap_decode(layout, record->data, to)) {
		return vgic_snap_fail(r, record, VGIC_E_FORMAT,
				      "a bit is set that does not exist");
	}
	return VGIC_OK;
}

/* Every bit may be set there, so decoding cannot fail. */
void vgic_snap_get_lpi_shape(const struct snap_record *record,
			     struct snap_lpi_shape *shape)
{
	uint32_t at = vgic_snap_machine_layout.size;

	*shape = (struct snap_lpi_shape){ .nr_its = 0 };
	if (record->length >= at + vgic_snap_lpi_shape_layout.size) {
		(void)vgic_snap_decode(&vgic_snap_lpi_shape_layout,
				       record->data + at, shape);
	}
}

bool vgic_snap_get_irs_hidden(const struct snap_array *array, uint32_t n,
			      struct snap_irs_hidden *hidden)
{
	uint32_t at = vgic_snap_irs_layout.size;

	*hidden = (struct snap_irs_hidden){ .idr0 = 0 };
	return array->entry < at + vgic_snap_irs_hidden_layout.size ||
	       vgic_snap_decode(&vgic_snap_irs_hidden_layout,
				snap_entry(array, n) + at, hidden);
}

/*
 * The first four bytes are the size of an entry; the rest has to be a multiple
 * of it.  `size` is not 0, so an entry is not empty.
 */
int vgic_snap_entries(struct snap_reader *r, const struct snap_record *record,
		      uint32_t size, struct snap_array *array)
{
	if (record->length < 4) {
		return vgic_snap_fail(r, record, VGIC_E_FORMAT,
				      "the record is too short");
	}
	array->record = record;
	array->at = record->data + 4;
	array->entry = (uint32_t)snap_get(record->data, 4);
	if (array->entry < size || (record->length - 4) % array->entry) {
		return vgic_snap_fail(r, record, VGIC_E_FORMAT,
				      "its entries have a wrong size");
	}
	array->count = (record->length - 4) / array->entry;
	return VGIC_OK;
}

/*
 * A binary search: the entries are in ascending order, which their check has
 * seen.
 */
const uint8_t *vgic_snap_find_irq(const uint8_t *entries, uint32_t entry,
				  uint32_t count, uint32_t intid)
{
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		const uint8_t *at = entries + (size_t)mid * entry;
		uint32_t here = (uint32_t)snap_get(at, 4);

		if (here == intid) {
			return at;
		}
		if (here < intid) {
			low = mid + 1;
		} else {
			high = mid;
		}
	}
	return NULL;
}

/* Read a record as far as needed to say what the snapshot is of. */
static int describe_record(struct snap_reader *r,
			   const struct snap_record *record,
			   struct vgic_snapshot_info *info)
{
	struct snap_lpi_shape shape;
	struct snap_machine m;
	struct snap_array irqs;
	int error = VGIC_OK;

	info->nr_records++;
	if (record->type == VGIC_SNAPSHOT_MACHINE) {
		error = vgic_snap_one(r, record, &vgic_snap_machine_layout, &m);
		if (error) {
			return error;
		}
		info->nr_vcpus = m.nr_vcpus;
		info->nr_spis = m.nr_spis;
		info->pri_bits = m.pri_bits;
		info->pre_bits = m.pre_bits;
		info->id_bits = m.id_bits;
		info->a3v = m.a3v;
		info->v5.lpi_id_bits = m.lpi_id_bits;
		info->v5.nr_irs = m.nr_irs;
		vgic_snap_get_lpi_shape(record, &shape);
		info->its.nr_its = shape.nr_its;
		info->its.nr_lpis = shape.nr_lpis;
		for (uint32_t b = 0; b < 2; b++) {
			info->v5.ppi_implemented[b] = m.ppi_implemented[b];
			info->v5.ppi_level[b] = m.ppi_level[b];
		}
	} else if (record->type == VGIC_SNAPSHOT_IRQS) {
		error = vgic_snap_entries(r, record, vgic_snap_irq_layout.size,
					  &irqs);
		info->nr_irqs += error ? 0 : irqs.count;
	}
	return error;
}

/* Checks form and checksums, but not whether the snapshot can be restored. */
int vgic_snapshot_describe(const void *buf, size_t len,
			   struct vgic_snapshot_info *info,
			   struct vgic_snapshot_where *where)
{
	struct snap_record record;
	struct snap_reader r;
	int error = vgic_snap_open(&r, buf, len, where);
	int more;

	if (error || !info) {
		return error ? error : VGIC_E_INVAL;
	}
	*info = (struct vgic_snapshot_info){
		.major = r.major,
		.minor = r.minor,
		.model = (enum vgic_model)r.model,
		.vcpu = r.vcpu,
		.length = r.length,
	};
	while ((more = vgic_snap_next(&r, &record)) > 0) {
		error = describe_record(&r, &record, info);
		if (error) {
			return error;
		}
	}
	if (more == 0 && info->nr_vcpus == 0) {
		return fail_header(&r, VGIC_E_FORMAT,
				   "it does not say of which machine it is");
	}
	return more;
}

/*
 * For a VMM that creates vCPUs to fit a snapshot: it needs their affinities
 * first.
 */
int vgic_snapshot_affinity(const void *buf, size_t len, uint32_t vcpu,
			   uint32_t *mpidr)
{
	struct snap_record record;
	struct snap_reader r;
	struct snap_vcpu v;
	int error = vgic_snap_open(&r, buf, len, NULL);
	int more;

	if (error || !mpidr) {
		return error ? error : VGIC_E_INVAL;
	}
	while ((more = vgic_snap_next(&r, &record)) > 0) {
		if (record.type != VGIC_SNAPSHOT_VCPU || record.vcpu != vcpu) {
			continue;
		}
		error = vgic_snap_one(&r, &record, &vgic_snap_vcpu_layout, &v);
		if (!error) {
			*mpidr = v.mpidr;
		}
		return error;
	}
	return more ? more : VGIC_E_NOENT;
}
