/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/snapshot/bytes.h"

#include "snapshot/snapshot.h"
#include "tests/machine/test.h"

uint8_t *save(struct machine *m, size_t *size)
{
	int64_t need = vgic_snapshot_size(m->gic);
	uint8_t *buf;

	assert_true(need > 0);
	buf = malloc((size_t)need);
	assert_true(vgic_snapshot_save(m->gic, buf, (size_t)need) == need);
	*size = (size_t)need;
	return buf;
}

uint8_t *save_vcpu(struct machine *m, uint32_t v, size_t *size)
{
	int64_t need = vgic_snapshot_vcpu_size(m->vcpu[v]);
	uint8_t *buf;

	assert_true(need > 0);
	buf = malloc((size_t)need);
	assert_true(vgic_snapshot_save_vcpu(m->vcpu[v], buf, (size_t)need) ==
		    need);
	*size = (size_t)need;
	return buf;
}

/* CRC-32 of IEEE 802.3 bit by bit, as docs/snapshot.md has it. */
static uint32_t crc32(uint32_t crc, const uint8_t *from, size_t len)
{
	crc = ~crc;
	for (size_t i = 0; i < len; i++) {
		crc ^= from[i];
		for (uint32_t bit = 0; bit < 8; bit++) {
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
		}
	}
	return ~crc;
}

void seal(uint8_t *snapshot, size_t size)
{
	size_t at = SNAP_HEADER_SIZE;
	uint32_t crc;

	snap_put(snapshot + SNAP_LENGTH_AT, 4, size);
	crc = crc32(0, snapshot, SNAP_CRC_AT);
	snap_put(snapshot + SNAP_CRC_AT, 4, crc);
	while (size - at >= SNAP_RECORD_SIZE) {
		uint8_t *record = snapshot + at;
		uint64_t length = snap_get(record + SNAP_RECORD_LENGTH_AT, 4);

		if (length > size - at - SNAP_RECORD_SIZE) {
			return;
		}
		crc = crc32(crc, record, SNAP_RECORD_CRC_AT);
		crc = crc32(crc, record + SNAP_RECORD_SIZE, (size_t)length);
		snap_put(record + SNAP_RECORD_CRC_AT, 4, crc);
		at += SNAP_RECORD_SIZE + (size_t)length;
	}
}

uint8_t *find_record(uint8_t *snapshot, size_t size, uint32_t type,
		     uint32_t *length)
{
	size_t at = SNAP_HEADER_SIZE;

	while (at < size) {
		uint32_t n = (uint32_t)snap_get(
			snapshot + at + SNAP_RECORD_LENGTH_AT, 4);

		if (snap_get(snapshot + at, 2) == type) {
			*length = SNAP_RECORD_SIZE + n;
			return snapshot + at;
		}
		at += SNAP_RECORD_SIZE + n;
	}
	return NULL;
}
