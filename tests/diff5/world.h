/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two worlds side by side: libvgic's GICv5 over modelled CPU interfaces, and
 * the oracle, a physical GICv5.  The same guest accesses and device events go
 * to both, and whatever a guest reads must agree.
 */
#ifndef VGIC_TESTS_DIFF5_WORLD_H
#define VGIC_TESTS_DIFF5_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include <vgic/trap.h>
#include <vgic/vgic.h>

#include "model/v5_ich.h"
#include "regs/gicv5.h"
#include "tests/diff5/backend.h"
#include "tests/oracle/v5.h"

#define WORLD_MAX_VCPUS 4u
#define WORLD_MAX_IRS 2u
#define WORLD_SPIS 32u
#define WORLD_IRS UINT64_C(0x08010000)
#define WORLD_IRS_STRIDE UINT64_C(0x20000)
#define WORLD_RAM UINT64_C(0x40000000)
#define WORLD_RAM_SIZE 0x40000u
/* Where the guest puts its IST: L1 or linear table, and L2 tables. */
#define WORLD_IST (WORLD_RAM + 0x10000)
#define WORLD_L2 (WORLD_RAM + 0x20000)
#define WORLD_TIMER 27u
/* A Level SPI that a host's interrupt stands behind. */
#define WORLD_PASSED 5u
#define WORLD_ACKS 32u

/* What is fixed for a program. */
struct world_config {
	uint8_t nr_vcpus;
	uint8_t nr_irs;
	uint8_t lpi_id_bits;
	const struct backend *backend;
	/*
	 * PPI WORLD_TIMER is mapped: resampled, or directly injected.  So is
	 * SPI WORLD_PASSED: its line is the host's interrupt's.
	 */
	bool mapped;
	/* After each step everyone leaves the guest and all is compared. */
	bool lockstep;
	/* The guest does anything; only invariants are checked. */
	bool hostile;
};

/* A physical interrupt. */
struct world_phys {
	bool line;
	bool active;
};

struct world_stats {
	uint64_t acks[4]; /* by TYPE */
	uint64_t compared, forced_exits, wakes;
	/* Accesses that were answered while the vCPU stayed entered. */
	uint64_t entered;
};

struct world {
	struct world_config config;
	struct vgic *gic;
	void *memory;
	size_t memory_size;
	struct vgic_vcpu *vcpu[WORLD_MAX_VCPUS];
	struct model_v5_cpuif model[WORLD_MAX_VCPUS];
	bool resident[WORLD_MAX_VCPUS];
	bool in_guest[WORLD_MAX_VCPUS];
	bool kicked[WORLD_MAX_VCPUS];
	/* Each vCPU's timer, and the SPI. */
	struct world_phys phys[WORLD_MAX_VCPUS + 1];

	struct oracle5 oracle;
	/* Guest RAM: libvgic's, and the oracle's. */
	uint8_t ram[2][WORLD_RAM_SIZE];

	/* The last ones acknowledged on each vCPU: what there is to end. */
	uint32_t acked[WORLD_MAX_VCPUS][WORLD_ACKS];
	uint32_t nr_acked[WORLD_MAX_VCPUS];

	/* Draws which ones are to be. */
	uint32_t draws;

	bool trace;
	bool failed;
	char failure[256];
	struct world_stats stats;
};

/* PPIs of these worlds. */
extern const uint64_t world_implemented[2];
extern const uint64_t world_level[2];
extern const uint64_t world_exposed[2];
/* IAFFID of a vCPU. */
uint16_t world_iaffid(uint32_t v);

/* world.c */

bool world_init(struct world *w, const struct world_config *config);
void world_fini(struct world *w);
/* CPU interfaces, the vGIC and its vCPUs; mappings are to follow. */
bool world_create(struct world *w);
/* The first failure is the one that is told. */
void world_fail(struct world *w, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The two worlds differ: a failure unless the guest is hostile. */
#define world_differ(w, ...) \
	do { \
		if (!(w)->config.hostile) { \
			world_fail((w), __VA_ARGS__); \
		} \
	} while (0)
/* vCPU `v` is in guest code, with nothing that calls it out; or is out. */
void world_enter(struct world *w, uint32_t v);
void world_exit(struct world *w, uint32_t v);
void world_put(struct world *w, uint32_t v, bool wfi);
/* Put, and leave the registers to somebody else in between. */
void world_migrate(struct world *w, uint32_t v);
/* A CPU is turned on anew; the whole system is reset. */
void world_reset_cpu(struct world *w, uint32_t v);
void world_reset(struct world *w);
/* Honour kicks and physical interrupts until there are none. */
void world_settle(struct world *w);
/* Is the vCPU's IRQ signal what it has to be?  It is in guest code. */
void world_signal(struct world *w, uint32_t v);
/* Everyone out: invariants, and the state of every interrupt. */
void world_compare(struct world *w);

/*
 * snapshot.c: the vGIC is saved, and vCPU `v` restored in place (`what` 0),
 * or all of it destroyed and made again, on the same back-end (1) or on
 * another (2).
 */
void world_snapshot(struct world *w, uint32_t v, uint32_t what);

/* guest.c: one guest instruction on vCPU `v`, in both worlds. */

/* In libvgic's alone; false: UNDEFINED. */
bool guest_raw(struct world *w, uint32_t v, uint32_t enc, bool write,
	       uint64_t *value);
void guest_read(struct world *w, uint32_t v, uint32_t enc);
void guest_write(struct world *w, uint32_t v, uint32_t enc, uint64_t value);
void guest_ack(struct world *w, uint32_t v);
void guest_hppir(struct world *w, uint32_t v);
/* End the n-th of those acknowledged, counted from the last. */
void guest_end(struct world *w, uint32_t v, uint32_t n);
bool guest_raw_mmio(struct world *w, uint32_t v, uint64_t ipa,
		    unsigned int width, bool write, uint64_t *value);
void guest_irs_read(struct world *w, uint32_t v, uint32_t irs, uint32_t offset,
		    unsigned int width);
void guest_irs_write(struct world *w, uint32_t v, uint32_t irs, uint32_t offset,
		     unsigned int width, uint64_t value);
void guest_setlpi(struct world *w, uint32_t v, uint32_t irs, uint32_t id);
/* A store to RAM. */
void guest_store(struct world *w, uint64_t ipa, uint64_t value);
/* WFI: is there something to wake up for? */
void guest_wfi(struct world *w, uint32_t v);
/* Take whatever is still pending: nothing got lost. */
void guest_drain(struct world *w);

/* device.c */

void device_init(struct world *w);
/* The vGIC is a new one: map all to it. */
void device_connect(struct world *w);
void device_reset(struct world *w);
void device_spi(struct world *w, uint32_t spi, bool level);
void device_ppi(struct world *w, uint32_t v, uint32_t ppi, bool level);
void device_message(struct world *w, uint32_t id);
/* The physical interrupts that fire now; true when there was one. */
bool device_take(struct world *w);
void device_set_active(void *ctx, uint32_t pintid, bool active);
bool device_is_level(uint32_t ppi);
/* Is this the mapped SPI, whose pending state is known late? */
bool device_is_passed(const struct world *w, uint32_t intid);
/* The host's SPI is not stuck active for nothing. */
void device_check(struct world *w);

#endif
