/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The embedder's callbacks.  Guest memory is written by vCPUs, by devices and
 * by the library at once, so each access is atomic: whole where it is aligned
 * to eight bytes, else by the byte.
 */
#include "tests/stress/ram.h"

#include <stdio.h>

static uint8_t *at(uint64_t ipa, size_t len)
{
	uint64_t offset = ipa - RAM_BASE;

	return offset < RAM_SIZE && len <= RAM_SIZE - offset ? vm.ram + offset :
							       NULL;
}

static bool is_whole(uint64_t ipa, size_t len)
{
	return (ipa | len) % 8 == 0;
}

static int read_guest(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	uint8_t *from = at(ipa, len), *to = buf;

	(void)ctx;
	if (!from) {
		return -1;
	}
	for (size_t i = 0; is_whole(ipa, len) && i < len; i += 8) {
		uint64_t v = __atomic_load_n((uint64_t *)(void *)(from + i),
					     __ATOMIC_RELAXED);

		__builtin_memcpy(to + i, &v, 8);
	}
	for (size_t i = 0; !is_whole(ipa, len) && i < len; i++) {
		to[i] = __atomic_load_n(from + i, __ATOMIC_RELAXED);
	}
	return 0;
}

static int write_guest(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	uint8_t *to = at(ipa, len);
	const uint8_t *from = buf;

	(void)ctx;
	if (!to) {
		return -1;
	}
	for (size_t i = 0; is_whole(ipa, len) && i < len; i += 8) {
		uint64_t v;

		__builtin_memcpy(&v, from + i, 8);
		__atomic_store_n((uint64_t *)(void *)(to + i), v,
				 __ATOMIC_RELAXED);
	}
	for (size_t i = 0; !is_whole(ipa, len) && i < len; i++) {
		__atomic_store_n(to + i, from[i], __ATOMIC_RELAXED);
	}
	return 0;
}

void ram_write64(uint64_t ipa, uint64_t value)
{
	must(!write_guest(NULL, ipa, &value, 8));
}

void ram_write8(uint64_t ipa, uint8_t value)
{
	must(!write_guest(NULL, ipa, &value, 1));
}

/* Where vgic_host_ops wants a physical interrupt made active, it is so. */
static void phys_set_active(void *ctx, uint32_t pintid, bool active)
{
	(void)ctx;
	if (!active) {
		device_ended(pintid);
	}
}

static void phys_set_pending(void *ctx, uint32_t pintid, bool pending)
{
	(void)ctx;
	(void)pintid;
	(void)pending;
}

static void bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	(void)ctx;
	fprintf(stderr, "broken: %s (vCPU %d, INTID %x)\n", what, (int)vcpu,
		intid);
}

const struct vgic_host_ops ram_host = {
	.kick = cpu_kick,
	.read_guest = read_guest,
	.write_guest = write_guest,
	.phys_set_active = phys_set_active,
	.phys_set_pending = phys_set_pending,
	.bug = bug,
};
