/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver of a guest's GICv2 or GICv3.  It reaches the GIC through
 * guest/port.h only, so the same code runs on bare metal and on a modelled
 * machine.  gicd.c has what both versions do alike, by registers that lie at
 * the same offsets; gic2.c or gic3.c, of which a program links one, the rest.
 *
 * "This CPU" is the one that calls.  SGIs and PPIs are always those of this
 * CPU: a GICv2 lets no other CPU reach them.
 */
#ifndef GUEST_LIB_GIC_H
#define GUEST_LIB_GIC_H

#include "guest/port.h"
#include "regs/gicv2.h"

#define PRIORITY_DEFAULT 0xa0
#define PRIORITY_STEP 8 /* five priority bits, IHI 0069 4.8 */
#define PMR_OPEN 0xf8
#define RPR_IDLE 0xff

/* 2 or 3. */
extern const unsigned int gic_version;
/* The group that a program without FIQs uses: 0 on a GICv2, 1 on a GICv3. */
extern const unsigned int gic_group;

/*
 * Set-up.  On CPU 0, once: gic_start(); on each CPU, once: gic_start_cpu().
 * Then in any order, and again whenever it is wanted, the distributor's group
 * enables, this CPU's SGIs and PPIs, and its CPU interface.
 */
void gic_start(void);
void gic_start_cpu(void);
void gic_groups(bool group0, bool group1);
/* SGIs and PPIs in one group, with PRIORITY_DEFAULT, those enabled as said. */
void gic_reset_private(unsigned int group, uint32_t enabled);
/* All SPIs disabled, none pending or active. */
void gic_reset_spis(void);
/* The interface takes these groups, at any priority; an EOI ends entirely. */
void gic_open(bool group0, bool group1);

/*
 * Acknowledge: returns what the two below want back.  Of a GICv2's SGI that
 * includes the sender; gic_intid() is the INTID alone.
 */
uint32_t gic_acknowledge(unsigned int group);
uint32_t gic_intid(uint32_t taken);
/* EOI, which ends the interrupt too unless eoimode(1) is in force; DIR. */
void gic_drop(unsigned int group, uint32_t taken);
void gic_deactivate(uint32_t taken);
/* Acknowledge and end, if there is one; its INTID, or 1023. */
uint32_t gic_take(unsigned int group);

/* This CPU's interface. */
uint8_t gic_running(void);	    /* the running priority */
uint32_t gic_highest_pending(void); /* in Group 1; its INTID, or 1023 */
void gic_mask(uint8_t priority);
void gic_binary_point(unsigned int group, unsigned int point);
void gic_interface(unsigned int group, bool on);
/* 1: EOI only drops the priority, and DIR ends the interrupt; 0: EOI does. */
void eoimode(unsigned int mode);
bool gic_splits(void); /* is it 1? */
/* Is no SGI pending, no SGI or PPI active, and no priority running? */
bool gic_cpu_is_quiet(void);

/* An SGI to one CPU, or in Group 1 to all but this one. */
void sgi_send(unsigned int cpu, uint32_t intid);
void sgi_send_group0(unsigned int cpu, uint32_t intid);
void sgi_send_others(uint32_t intid);

/* State of one interrupt.  Edge and route are for SPIs only. */
void irq_enable(uint32_t intid);
void irq_disable(uint32_t intid);
void irq_pend(uint32_t intid);
void irq_raise(uint32_t intid); /* enable and pend */
void irq_unpend(uint32_t intid);
void irq_activate(uint32_t intid);
void irq_deactivate(uint32_t intid);
bool irq_is_pending(uint32_t intid);
bool irq_is_active(uint32_t intid);
void irq_priority(uint32_t intid, uint8_t priority);
void irq_group(uint32_t intid, unsigned int group);
void irq_edge(uint32_t intid, bool edge);
void irq_route(uint32_t intid, unsigned int cpu);
/* An SPI as most programs want it: edge, default priority, on, to a CPU. */
void irq_open(uint32_t intid, unsigned int group, unsigned int cpu);

/* gic2.c or gic3.c for gicd.c: registers of this CPU's SGIs and PPIs. */
uint32_t private_read(uint32_t offset);
void private_write(uint32_t offset, uint32_t value);
void private_write8(uint32_t offset, uint8_t value);

#endif
