/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state word: all that matters about one interrupt, in 64 bits that
 * change by compare-and-swap alone.
 *
 * Where an interrupt can be, and what moves it.  Any thread may do what is in
 * capitals; the rest is the owner's, at its entry or exit.
 *
 *              CLAIM AND POST              attend: judge
 *      NONE ------------------> INBOX -----------------------> QUEUE
 *       ^ ^                       |                             |  ^
 *       | |  not deliverable      | active               flush: |  | flush: a
 *       | +-----------------------+ (it was made so)       load |  | better one
 *       |                         v                             v  | came
 *       |                       STACK <-----------------------  LR-+
 *       |   EOIcount, DIR         |    flush: active, and its   |
 *       +-------------------------+    register is needed       |
 *       +-------------------------------------------------------+
 *           fold: the guest has ended it
 *
 * While an interrupt is in a list register the hardware owns its pending and
 * active state, and the word says what the last vgic_exit() saw.  Changes by
 * other threads are then left in the word as requests (W_NEW, W_UNPEND,
 * W_DOACT, W_DEACT), which the owner merges when it next looks at the register.
 * Readers of the word take requests into account, so that a write is visible
 * at once.
 */
#ifndef VGIC_CORE_WORD_H
#define VGIC_CORE_WORD_H

#include <stdbool.h>
#include <stdint.h>

#define W_PEND (UINT64_C(1) << 0)    /* pending latch */
#define W_LINE (UINT64_C(1) << 1)    /* level of the input line */
#define W_ACTIVE (UINT64_C(1) << 2)  /* active */
#define W_ENABLE (UINT64_C(1) << 3)  /* ISENABLER */
#define W_GATE1 (UINT64_C(1) << 4)   /* IGROUPR; GICv5: IRS_CR0.IRSEN */
#define W_LEVEL (UINT64_C(1) << 5)   /* ICFGR: level-sensitive */
#define W_HW (UINT64_C(1) << 6)	     /* mapped to a physical interrupt */
#define W_SIDE (UINT64_C(1) << 7)    /* it has a side entry */
#define W_DVI (UINT64_C(1) << 8)     /* GICv5 PPIs: hardware drives pending */
#define W_IRM (UINT64_C(1) << 9)     /* IROUTER: 1 of N */
#define W_ACKED (UINT64_C(1) << 10)  /* active because of an acknowledge */
#define W_NEW (UINT64_C(1) << 11)    /* LR: became pending since loaded */
#define W_UNPEND (UINT64_C(1) << 12) /* LR: pending cleared since loaded */
#define W_DOACT (UINT64_C(1) << 13)  /* LR: activated since loaded */
#define W_DEACT (UINT64_C(1) << 14)  /* LR: deactivated since loaded */
#define W_WIRE (UINT64_C(1) << 15)   /* GICv5 SPIs: level of the wire */
#define W_TM (UINT64_C(1) << 56)     /* GICv5 SPIs: trigger mode, 1 level */
#define W_CONF (UINT64_C(1) << 57)   /* GICv3 LPIs: enabled in their table */
/*
 * Mapped: the physical interrupt is active, and so quiet, on our account; who
 * ends the virtual one has to end it.  FIRED: it did become so since loaded.
 * HOLD: the guest has made the virtual one pending or active by a register;
 * its vCPU will make the physical one active.
 * These are the low bits of the priority, which has the upper five alone.
 */
#define W_PHYS (UINT64_C(1) << 24)
#define W_FIRED (UINT64_C(1) << 25)
#define W_HOLD (UINT64_C(1) << 26)
#define W_REQUESTS (W_NEW | W_UNPEND | W_DOACT | W_DEACT | W_FIRED)

/* Where the interrupt stands; all but NONE belong to the owner vCPU. */
#define W_PLACE_SHIFT 16
#define W_PLACE_MASK (UINT64_C(7) << W_PLACE_SHIFT)
enum vgic_place {
	PLACE_NONE,  /* neither deliverable nor active */
	PLACE_INBOX, /* posted, the owner has not looked yet */
	PLACE_QUEUE, /* in one of the owner's priority lists */
	PLACE_LR,    /* in one of the owner's list registers */
	PLACE_STACK, /* active, but in no list register */
};

/* Priority, upper five bits, at which it became active (for EOI and LRs). */
#define W_ACTPRIO_SHIFT 19
#define W_ACTPRIO_MASK (UINT64_C(0x1f) << W_ACTPRIO_SHIFT)
/*
 * A GICv3's LPIs are never active.  There this field counts how often an event
 * was taken from the LPI, or its redistributor was turned off; see its/lpi.c.
 */
#define W_STAMP_ONE (UINT64_C(1) << W_ACTPRIO_SHIFT)
#define W_PRIO_SHIFT 24
#define W_PRIO_MASK (UINT64_C(0xf8) << W_PRIO_SHIFT)
#define W_TARGET_SHIFT 32
#define W_TARGET_MASK (UINT64_C(0xfff) << W_TARGET_SHIFT)
#define W_OWNER_SHIFT 44
#define W_OWNER_MASK (UINT64_C(0xfff) << W_OWNER_SHIFT)

/* Target or owner that is no vCPU. */
#define VGIC_NOWHERE 0xfffu

static inline enum vgic_place w_place(uint64_t w)
{
	return (enum vgic_place)((w & W_PLACE_MASK) >> W_PLACE_SHIFT);
}

static inline uint32_t w_prio(uint64_t w)
{
	return (uint32_t)((w & W_PRIO_MASK) >> W_PRIO_SHIFT);
}

static inline uint32_t w_actprio(uint64_t w)
{
	return (uint32_t)((w & W_ACTPRIO_MASK) >> W_ACTPRIO_SHIFT) << 3;
}

static inline uint32_t w_target(uint64_t w)
{
	return (uint32_t)((w & W_TARGET_MASK) >> W_TARGET_SHIFT);
}

static inline uint32_t w_owner(uint64_t w)
{
	return (uint32_t)((w & W_OWNER_MASK) >> W_OWNER_SHIFT);
}

static inline uint64_t w_set_place(uint64_t w, enum vgic_place place)
{
	return (w & ~W_PLACE_MASK) | ((uint64_t)place << W_PLACE_SHIFT);
}

static inline uint64_t w_set_owner(uint64_t w, uint32_t owner)
{
	return (w & ~W_OWNER_MASK) | ((uint64_t)owner << W_OWNER_SHIFT);
}

static inline uint64_t w_set_target(uint64_t w, uint32_t target)
{
	return (w & ~W_TARGET_MASK) | ((uint64_t)target << W_TARGET_SHIFT);
}

static inline uint64_t w_set_prio(uint64_t w, uint32_t prio)
{
	return (w & ~W_PRIO_MASK) |
	       (((uint64_t)prio << W_PRIO_SHIFT) & W_PRIO_MASK);
}

/*
 * Pending changes of an interrupt in a list register are left as requests: the
 * guest may be changing the same state at this moment.  A later request
 * overrides the opposite one that has not been merged yet.
 */
static inline uint64_t w_set_pending(uint64_t w)
{
	return w_place(w) == PLACE_LR ? (w | W_NEW) & ~W_UNPEND : w | W_PEND;
}

static inline uint64_t w_clear_pending(uint64_t w)
{
	return w_place(w) == PLACE_LR ? (w | W_UNPEND) & ~W_NEW : w & ~W_PEND;
}

/* Count an LPI's stamp up. */
static inline uint64_t w_stamp(uint64_t w)
{
	return (w & ~W_ACTPRIO_MASK) | ((w + W_STAMP_ONE) & W_ACTPRIO_MASK);
}

/* Remember the priority at which the interrupt becomes active. */
static inline uint64_t w_set_actprio(uint64_t w, uint32_t prio)
{
	return (w & ~W_ACTPRIO_MASK) |
	       ((uint64_t)(prio >> 3) << W_ACTPRIO_SHIFT);
}

/* Merge the requests: the interrupt is in a list register no more. */
static inline uint64_t w_settle(uint64_t w)
{
	uint64_t settled = w & ~(W_REQUESTS | W_PEND | W_ACTIVE);

	if (!(w & W_REQUESTS)) {
		return w & W_ACTIVE ? w : w & ~W_ACKED;
	}
	if ((w & W_NEW) || (w & (W_PEND | W_UNPEND)) == W_PEND) {
		settled |= W_PEND;
	}
	if ((w & (W_ACTIVE | W_DEACT)) == W_ACTIVE) {
		settled |= W_ACTIVE;
	} else if (w & W_DOACT) {
		settled = w_set_actprio((settled | W_ACTIVE) & ~W_ACKED,
					w_prio(w));
	} else {
		settled &= ~W_ACKED;
	}
	if (w & W_FIRED) {
		settled |= W_PHYS | (w & W_LEVEL ? W_LINE : W_PEND);
	}
	return settled;
}

/* Take the interrupt off its owner: it is in no structure, and no vCPU's. */
static inline uint64_t w_release(uint64_t w)
{
	return w_set_owner(w_set_place(w, PLACE_NONE), VGIC_NOWHERE);
}

/* The pending latch, requests included. */
static inline bool w_latch(uint64_t w)
{
	return (w & W_NEW) || (w & (W_PEND | W_UNPEND)) == W_PEND;
}

/* The latch, or that of a mapped edge: pending, whatever the line says. */
static inline bool w_latched(uint64_t w)
{
	return w_latch(w) || (w & (W_FIRED | W_LEVEL)) == W_FIRED;
}

/*
 * Pending as GICD_ISPENDR shows it.  The line of a mapped level goes with the
 * acknowledge: while it is active the physical interrupt cannot tell us more,
 * and afterwards it is signalled again.  IHI 0069 4.1.2, 12.9.26
 */
static inline bool w_pending(uint64_t w)
{
	return w_latch(w) || (w & W_FIRED) ||
	       (w & (W_LEVEL | W_LINE)) == (W_LEVEL | W_LINE);
}

/* Active as GICD_ISACTIVER shows it. */
static inline bool w_active(uint64_t w)
{
	return (w & W_DOACT) || (w & (W_ACTIVE | W_DEACT)) == W_ACTIVE;
}

/* Mapped, and its physical interrupt is ours to hold and to end. */
static inline bool w_holds_phys(uint64_t w)
{
	return (w & (W_HW | W_DVI)) == W_HW;
}

/* Physically held, and nothing virtual is left that would end that. */
static inline bool w_phys_idle(uint64_t w)
{
	return (w & W_PHYS) && !w_pending(w) && !w_active(w);
}

/* 1 of N and deliverable, but the last search found no vCPU to take it. */
static inline bool w_stranded(uint64_t w)
{
	return (w & W_IRM) && (w & W_ENABLE) && w_pending(w) && !w_active(w) &&
	       w_target(w) == VGIC_NOWHERE;
}

/* To be delivered to its target.  Group gates are judged at each entry. */
static inline bool w_wanted(uint64_t w)
{
	return w_pending(w) && (w & W_ENABLE) && !w_active(w) &&
	       w_target(w) != VGIC_NOWHERE;
}

#endif
