/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file oracle.h
 * A physical GICv3 for up to 8 PEs, written from the architecture with no
 * thought of speed: one security state (GICD_CTLR.DS = 1), affinity routing
 * on, 5 priority bits in the distributor and 5 or more in the CPU interface,
 * no LPIs.  Arm IHI 0069.
 *
 * Or a physical GICv2 (v2.c), which has the same interrupts: its SGIs know
 * their senders, its SPIs have lists of CPUs, and its CPU interface, that in
 * memory, has no other registers but another AckCtl.  Arm IHI 0048.
 *
 * It is what the guest of a virtual GIC must not be able to tell from the
 * virtual one.  Where the architecture leaves a choice (equal priorities,
 * the target of a 1-of-N interrupt), the choice of the GIC under test is
 * handed in and judged: oracle_ack() and oracle_hppir_legal().
 */
#ifndef VGIC_TESTS_ORACLE_H
#define VGIC_TESTS_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

#define ORACLE_MAX_PES 8
#define ORACLE_NR_PRIVATE 32
#define ORACLE_MAX_SPIS 988
#define ORACLE_PRI_MASK 0xf8u

/** One interrupt; SGIs and PPIs have one per PE. */
struct oracle_irq {
	/** Level of the wire. */
	bool line;
	/** Edge seen, or made pending by software. */
	bool latch;
	bool active;
	bool enabled;
	bool group1;
	/** Edge-triggered rather than level-sensitive. */
	bool edge;
	uint8_t priority;
	/** GICD_IROUTER, or a GICv2's GICD_ITARGETSR; SPIs only. */
	uint64_t route;
	/** A GICv2's SGI: from which CPUs it is pending. */
	uint8_t senders;
};

/** A PE: redistributor and CPU interface. */
struct oracle_pe {
	/** Aff3.Aff2.Aff1.Aff0, one byte each. */
	uint32_t affinity;
	struct oracle_irq irq[ORACLE_NR_PRIVATE];
	bool asleep;
	uint8_t pmr;
	uint8_t bpr[2];
	bool igrpen[2];
	bool cbpr;
	bool eoimode;
	/** GICC_CTLR.AckCtl and FIQEn of a GICv2. */
	bool ackctl;
	bool fiqen;
	/* ICC_AP<group>R<n>_EL1. */
	uint32_t apr[2][4];
};

/** The whole GIC. */
struct oracle {
	/** Set after oracle_init(): a GICv2. */
	bool gicv2;
	uint32_t nr_pes;
	uint32_t nr_spis;
	/** Priority and preemption bits of the CPU interfaces. */
	uint8_t pri_bits, pre_bits;
	/** GICD_CTLR.EnableGrp0 and EnableGrp1. */
	bool enable_grp[2];
	struct oracle_pe pe[ORACLE_MAX_PES];
	struct oracle_irq spi[ORACLE_MAX_SPIS];
};

/** Reset.  @param affinity one per PE, unique */
void oracle_init(struct oracle *o, uint32_t nr_pes, uint32_t nr_spis,
		 const uint32_t *affinity);

/** Right after reset: other CPU interfaces than with 5 and 5 bits. */
void oracle_set_bits(struct oracle *o, uint8_t pri_bits, uint8_t pre_bits);

/** Reset a PE's CPU interface; interrupts that it has active stay active. */
void oracle_reset_cpu(struct oracle *o, uint32_t pe);

/** Interrupt `intid` as PE `pe` sees it, or null. */
struct oracle_irq *oracle_irq(struct oracle *o, uint32_t pe, uint32_t intid);

/** A device drives its wire; a rising edge of an edge interrupt latches. */
void oracle_line(struct oracle *o, uint32_t pe, uint32_t intid, bool level);

/** Pending, of either kind. */
bool oracle_pending(const struct oracle_irq *irq);

/**
 * A guest access to the distributor (frame < 0) or to redistributor `frame`.
 * `offset` within the frame or pair of frames.  Registers and widths that do
 * not exist read as zero and ignore writes.
 */
void oracle_write(struct oracle *o, int frame, uint32_t offset,
		  unsigned int width, uint64_t value);
uint64_t oracle_read(struct oracle *o, int frame, uint32_t offset,
		     unsigned int width);

/** ICC_*_EL1 registers whose value has one possible answer. */
bool oracle_icc_read(struct oracle *o, uint32_t pe, uint32_t enc,
		     uint64_t *value);
/** Writes of ICC_*_EL1, ICC_SGI*R, EOIR and DIR among them. */
bool oracle_icc_write(struct oracle *o, uint32_t pe, uint32_t enc,
		      uint64_t value);

/**
 * A read of ICC_IAR<group> on `pe` returned `intid`: acknowledge it.
 * @param late what became pending just now may not have got through yet, so
 *             that a lesser one, or none, is legal too
 * @return null, or why no GIC could have returned that
 */
const char *oracle_ack(struct oracle *o, uint32_t pe, unsigned int group,
		       uint32_t intid, bool late);

/** Could a read of ICC_HPPIR<group> on `pe` return `intid`? */
bool oracle_hppir_legal(struct oracle *o, uint32_t pe, unsigned int group,
			uint32_t intid);

/** Could an IRQ or FIQ be signalled to `pe`, or not be (`signal` false)? */
bool oracle_signal_legal(struct oracle *o, uint32_t pe, bool signal);

/*
 * GICv2.  oracle_icc_read() and _write() do for its CPU interfaces, where
 * there is a register of the same meaning; ICC_CTLR_EL1 has besides
 * ORACLE_CTLR_AckCtl and ORACLE_CTLR_FIQEn.
 */
#define ORACLE_CTLR_AckCtl (1u << 2)
#define ORACLE_CTLR_FIQEn (1u << 3)

/** PE `pe` accesses the distributor. */
void oracle_v2_write(struct oracle *o, uint32_t pe, uint32_t offset,
		     unsigned int width, uint64_t value);
uint64_t oracle_v2_read(struct oracle *o, uint32_t pe, uint32_t offset,
			unsigned int width);

/**
 * A read of GICC_IAR, or GICC_AIAR when `alias`, returned `value`: as
 * oracle_ack(), with the sender of an SGI in bits [12:10].
 */
const char *oracle_v2_ack(struct oracle *o, uint32_t pe, bool alias,
			  uint32_t value, bool late);
/** The same for GICC_HPPIR and GICC_AHPPIR, where nothing changes. */
bool oracle_v2_hppir_legal(struct oracle *o, uint32_t pe, bool alias,
			   uint32_t value);

/** The running priority of a PE, 0xff when idle. */
uint8_t oracle_running_priority(const struct oracle *o, uint32_t pe);

#endif
