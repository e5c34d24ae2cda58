/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small machine around a GICv5: vCPUs, RAM, devices, and a guest whose
 * deeds are verbs.  Its CPU interfaces are in software, or a PE with FEAT_GCIE
 * that is driven through real EL2 code (src/cpuif/ich5.c) on modelled
 * registers.  A vCPU that is in guest code and is kicked leaves and enters
 * again by itself.
 */
#ifndef VGIC_TESTS_V5_WORLD_H
#define VGIC_TESTS_V5_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <vgic/trap.h>
#include <vgic/vgic.h>

#include "core/gic.h"
#include "model/v5_ich.h"
#include "regs/gicv5.h"

#define BIT(n) (UINT64_C(1) << (n))
#define ONES UINT64_MAX
#define VALID GICR_CDIA_VALID
#define WORLD_VCPUS 4u
#define WORLD_RAM UINT64_C(0x40000000)
#define WORLD_RAM_SIZE 0x80000u
#define WORLD_IRS UINT64_C(0x08010000)
#define WORLD_IRS_STRIDE UINT64_C(0x20000)
#define WORLD_IST (WORLD_RAM + 0x10000)

/* PPIs: SW_PPI, and by who has them. */
#define SW_PPI GICV5_PPI_SW_PPI
#define PMU 23u		/* a device's, Level */
#define TIMER 27u	/* the same */
#define UPPER 65u	/* the same, in the upper bank */
#define UPPER_EDGE 64u	/* a device's, Edge */
#define HIDDEN 28u	/* nobody's, Level */
#define HIDDEN_EDGE 66u /* nobody's, Edge */

enum interface { SOFT, HARD };

struct world_config {
	enum interface interface;
	uint32_t nr_vcpus;
	uint32_t nr_irs;
	uint32_t nr_spis;
	uint32_t nr_lpis;
	uint32_t lpi_id_bits;
	/* RAM goes on for 256 MiB; nothing is kept there. */
	bool more_ram;
};

/*
 * A physical interrupt fires while its line is up and it is not active: the
 * host injects the virtual one and leaves it active.
 */
struct world_phys {
	bool mapped;
	/* By direct injection: the host has nothing to do with it. */
	bool direct;
	bool line;
	bool active;
	uint32_t ended;
	/* Times that it was made not pending. */
	uint32_t unpended;
	/* vCPU on whose thread it was ended last. */
	uint32_t thread;
};

struct world {
	struct world_config config;
	struct vgic *gic;
	void *memory;
	struct vgic_vcpu *vcpu[WORLD_VCPUS];
	struct model_v5_cpuif pe[WORLD_VCPUS];
	struct model_vcpuif pe_legacy[WORLD_VCPUS];
	bool in_guest[WORLD_VCPUS];
	bool kicked[WORLD_VCPUS];
	uint32_t kicks[WORLD_VCPUS];
	uint32_t doorbells;
	/* The IRS refuses to make a virtual PE resident. */
	bool refuse_residency;
	/* The vCPU whose thread the test plays. */
	uint32_t thread;
	uint32_t bugs;
	uint8_t ram[WORLD_RAM_SIZE];
	/* Writes to RAM fail. */
	bool rom;
	/* Accesses that had to be made again. */
	uint32_t retries;
	struct world_phys timer[WORLD_VCPUS];
};

/* One vCPU, one IRS, 32 SPIs, 4096 LPIs with 12 bits, where config is 0. */
struct world *world_new(const struct world_config *config);
/* The same before any vCPU has run. */
struct world *world_create(const struct world_config *config);
/* All leave, invariants hold; frees. */
void world_end(struct world *w);

uint16_t iaffid(uint32_t v);
void run(struct world *w, uint32_t v);
void stop(struct world *w, uint32_t v);
void slice(struct world *w, uint32_t v);
/* Out of guest code and off the CPU, whose registers somebody else uses. */
void leave(struct world *w, uint32_t v);

/* The guest on vCPU v: MSR or SYS, MRS or SYSL; must be defined. */
void guest_write(struct world *w, uint32_t v, uint32_t enc, uint64_t value);
uint64_t guest_read(struct world *w, uint32_t v, uint32_t enc);
bool guest_is_undefined(struct world *w, uint32_t v, uint32_t enc, bool write);
uint64_t guest_ack(struct world *w, uint32_t v);
/* CDEOI and CDDI. */
void guest_end(struct world *w, uint32_t v, uint32_t intid);
/* CDRCFG's result. */
uint64_t guest_rcfg(struct world *w, uint32_t v, uint32_t intid);
/* Enabled, at this priority, for vCPU `to`. */
void guest_setup(struct world *w, uint32_t v, uint32_t intid, uint32_t to,
		 uint32_t prio);
/* Is the IRQ signal asserted? */
bool guest_irq(struct world *w, uint32_t v);

/* Loads and stores to frames of the first IRS; others by their offset. */
#define IRS(n) ((uint32_t)(n) * (uint32_t)WORLD_IRS_STRIDE)
uint64_t mmio_load(struct world *w, uint32_t v, uint32_t offset,
		   unsigned int width);
void mmio_store(struct world *w, uint32_t v, uint32_t offset,
		unsigned int width, uint64_t value);
/* The same but once; false: it has to be made again. */
bool guest_mmio_once(struct world *w, uint32_t v, uint32_t offset,
		     unsigned int width, bool write, uint64_t *value);
/* IST_CFGR and IST_BASER. */
void guest_ist(struct world *w, bool two_level, uint32_t id_bits,
	       uint32_t istsz, uint32_t l2sz);
void poke64(struct world *w, uint64_t ipa, uint64_t value);
uint64_t peek64(struct world *w, uint64_t ipa);

/* Mistakes that were counted, on any vCPU. */
uint64_t mistakes(struct world *w);

/* Devices. */
void ppi(struct world *w, uint32_t v, uint32_t n, bool level);
void spi(struct world *w, uint32_t n, bool level);
int message(struct world *w, uint32_t lpi);
/* The timer of vCPU v is mapped, with ops that sample its line. */
void map_timer(struct world *w, uint32_t v);
/* The same with other ops, to another physical interrupt. */
void map_timer_to(struct world *w, uint32_t v, uint32_t pintid,
		  const struct vgic_irq_ops *ops);
/* The physical interrupts that have no number of their own. */
#define PINT 100u
void timer_line(struct world *w, uint32_t v, bool level);
extern const struct vgic_irq_ops timer_ops;

struct vgic_irq_info info_of(struct world *w, uint32_t intid);

#define TEST(name) static void name(void **state)
#define WORLD(...) \
	struct world *w = world_new(&(struct world_config){ __VA_ARGS__ }); \
	(void)state
/*
 * One rule, with both interfaces: NAME_soft and NAME_hard.
 */
#define RULE(name, vcpus) \
	static void name(struct world *w); \
	RULE_ON(name, SOFT, soft, vcpus) \
	RULE_ON(name, HARD, hard, vcpus) \
	static void name(struct world *w)
#define RULE_ON(name, kind, suffix, vcpus) \
	static void name##_##suffix(void **state) \
	{ \
		WORLD(.interface = kind, .nr_vcpus = vcpus); \
		name(w); \
		world_end(w); \
	}
#define rule(name) cmocka_unit_test(name##_soft), cmocka_unit_test(name##_hard)
#define assert_hex(a, b) \
	assert_int_equal((unsigned long long)(a), (unsigned long long)(b))
/* Exactly so many mistakes are counted for what `action` does. */
#define assert_mistakes(w, n, action) \
	do { \
		uint64_t before_ = mistakes(w); \
		action; \
		assert_int_equal(mistakes(w) - before_, n); \
	} while (0)

#endif
