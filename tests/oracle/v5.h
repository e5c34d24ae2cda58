/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file v5.h
 * A physical GICv5 of one interrupt domain, written straight from the
 * architecture with no thought of speed: PEs with FEAT_GCIE, and IRSs with
 * SPIs, LPIs and an IST.  Arm IHI 0111701.  To judge others by.
 *
 * Where the architecture leaves open which of several interrupts a PE gets,
 * oracle5_may_ack() accepts each of them.
 */
#ifndef VGIC_TESTS_ORACLE_V5_H
#define VGIC_TESTS_ORACLE_V5_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ORACLE5_MAX_PES 8
#define ORACLE5_MAX_IRS 4
#define ORACLE5_NR_PPIS 128
#define ORACLE5_MAX_SPIS 64
#define ORACLE5_MAX_LPIS 4096 /* 12 bits of ID */
#define ORACLE5_IDLE 0xffu

/** What there is. */
struct oracle5_config {
	uint32_t nr_pes;
	/** SPIs and PEs are divided evenly among the IRSs, in order. */
	uint32_t nr_irs;
	uint32_t nr_spis;
	uint16_t iaffid[ORACLE5_MAX_PES];
	/** PPIs: bit n of [n / 64]. */
	uint64_t ppi_implemented[2];
	uint64_t ppi_level[2];
	/** Bits of an LPI's ID: what IRS_IDR2 says, at most 12. */
	uint32_t min_lpi_id_bits;
	uint32_t lpi_id_bits;
	/** ICC_IDR0_EL1.ID_BITS: 16 or 24. */
	uint32_t id_bits;
	/** IRS_IDR0, IRS_IIDR, IRS_AIDR and IRS_DEVARCH of the first IRS. */
	uint32_t idr0, iidr, aidr, devarch;
	/** Memory that the IST is in: 0, or non-zero when there is none. */
	int (*read)(void *ctx, uint64_t pa, void *buf, size_t len);
	int (*write)(void *ctx, uint64_t pa, const void *buf, size_t len);
	void *ctx;
};

/** A PPI of one PE. */
struct oracle5_ppi {
	bool pending, active, enabled;
	uint8_t priority;
};

/** An SPI or LPI. */
struct oracle5_irq {
	bool pending, active, enabled;
	/** Handling mode: Level.  SPIs: trigger mode Level; the wire. */
	bool hm_level, tm_level, wire;
	/** Routing: one of N. */
	bool irm;
	uint8_t priority;
	uint16_t iaffid;
	/** One of N: PEs that it may have been forwarded to, bit per PE. */
	uint32_t offered;
	/** LPIs: there is a valid entry of the IST. */
	bool exists;
};

struct oracle5_pe {
	struct oracle5_ppi ppi[ORACLE5_NR_PPIS];
	/** Active priorities. */
	bool apr[32];
	uint8_t pcr;
	bool en;
	uint64_t icsr;
	/** IRS_PE_CR0.DPS: does not take one-of-N interrupts. */
	bool dps;
};

struct oracle5_irs {
	bool irsen;
	uint32_t cr1;
	uint32_t spi_sel;
	uint32_t pe_sel;
};

struct oracle5 {
	struct oracle5_config config;
	struct oracle5_pe pe[ORACLE5_MAX_PES];
	struct oracle5_irs irs[ORACLE5_MAX_IRS];
	struct oracle5_irq spi[ORACLE5_MAX_SPIS];
	struct oracle5_irq lpi[ORACLE5_MAX_LPIS];
	uint64_t ist_baser;
	uint32_t ist_cfgr;
};

/** Reset.  The configuration must be within the limits above. */
void oracle5_init(struct oracle5 *o, const struct oracle5_config *config);

/** Reset again: wires stay as they are. */
void oracle5_reset(struct oracle5 *o);

/* v5_cpu.c: what a PE does. */

/** A PE is turned on anew: its CPU interface and PPIs are reset. */
void oracle5_reset_pe(struct oracle5 *o, uint32_t pe);

/**
 * MRS or SYSL, MSR or SYS, on PE `pe` at EL1.  CDIA, CDNMIA and ICC_HPPIR_EL1
 * are not for these two.
 * @return false: UNDEFINED
 */
bool oracle5_read(struct oracle5 *o, uint32_t pe, uint32_t enc,
		  uint64_t *value);
bool oracle5_write(struct oracle5 *o, uint32_t pe, uint32_t enc,
		   uint64_t value);

/** May CDIA, or a read of ICC_HPPIR_EL1, return this here and now? */
bool oracle5_may_ack(const struct oracle5 *o, uint32_t pe, uint64_t value);

/** CDIA returned this, which must be allowed. */
void oracle5_ack(struct oracle5 *o, uint32_t pe, uint64_t value);

/** Is the IRQ signal asserted for sure; can it be? */
bool oracle5_must_signal(const struct oracle5 *o, uint32_t pe);
bool oracle5_can_signal(const struct oracle5 *o, uint32_t pe);

/** The wire of a Level PPI, or with true an event of an Edge one. */
void oracle5_ppi_wire(struct oracle5 *o, uint32_t pe, uint32_t ppi, bool level);

/* v5_irs.c: what an IRS does. */

/** An SPI's wire changed. */
void oracle5_spi_wire(struct oracle5 *o, uint32_t spi, bool level);

/** A message, or a write of IRS_SETLPIR. */
void oracle5_setlpi(struct oracle5 *o, uint32_t id);

/** The SPI or LPI of an INTID, or null: then it is unreachable. */
struct oracle5_irq *oracle5_irq(struct oracle5 *o, uint32_t intid);

/** GIC CD* on an SPI or LPI, but CDRCFG; and CDRCFG's result. */
void oracle5_command(struct oracle5 *o, uint32_t enc, uint64_t operand);
uint64_t oracle5_rcfg(struct oracle5 *o, uint32_t intid);

/** The acknowledge of an SPI or LPI. */
void oracle5_irq_ack(struct oracle5 *o, uint32_t intid);

/**
 * May this SPI or LPI be what the IRS forwards to a PE; must it, if nothing
 * better is there?  They differ for one-of-N interrupts alone.
 */
bool oracle5_may_forward(const struct oracle5 *o, uint32_t pe, uint32_t intid);
bool oracle5_must_forward(const struct oracle5 *o, uint32_t pe, uint32_t intid);

/** Every SPI's and LPI's INTID: nr_spis, then 2^lpi_id_bits. */
uint32_t oracle5_nr_irqs(const struct oracle5 *o);
uint32_t oracle5_intid(const struct oracle5 *o, uint32_t index);

/** An access of `width` bytes to a configuration frame. */
uint64_t oracle5_irs_read(struct oracle5 *o, uint32_t irs, uint32_t offset,
			  unsigned int width);
void oracle5_irs_write(struct oracle5 *o, uint32_t irs, uint32_t offset,
		       unsigned int width, uint64_t value);

#endif
