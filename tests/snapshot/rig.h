/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A vGIC of any model on modelled CPU interfaces, and a guest that does
 * whatever chance tells it to, to bring the vGIC into states worth saving.
 */
#ifndef VGIC_TESTS_SNAPSHOT_RIG_H
#define VGIC_TESTS_SNAPSHOT_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vgic/its.h>
#include <vgic/snapshot.h>
#include <vgic/trap.h>

#include "model/ich.h"
#include "model/v5_ich.h"

#define RIG_VCPUS 4u
#define RIG_RAM UINT64_C(0x40000000)
#define RIG_RAM_SIZE 0x100000u
#define RIG_GICD UINT64_C(0x08000000)
#define RIG_GICC UINT64_C(0x08010000)
#define RIG_GICR UINT64_C(0x080a0000)
#define RIG_ITS UINT64_C(0x09000000)
#define RIG_LPIS 64u
#define RIG_IRS UINT64_C(0x08010000)
#define RIG_SPI 32u

/* What may differ between the vGIC that is saved and the one restored. */
struct rig_config {
	enum vgic_model model;
	/* List registers; 0: the CPU interface is software. */
	uint8_t nr_lrs;
	/* Priority and preemption bits; 0: 5. */
	uint8_t pri_bits, pre_bits;
	/* LPIs of a GICv5; 0: 1024. */
	uint32_t nr_lpis;
	/* ITSs of a GICv3, 0 .. 2, and then RIG_LPIS LPIs. */
	uint32_t nr_its;
	/* Processor numbers descend, from RIG_VCPUS - 1 on. */
	bool numbers_descend;
};

struct rig {
	struct vgic_config config;
	struct vgic *gic;
	void *memory;
	bool soft;
	bool numbers_descend;
	struct vgic_vcpu *vcpu[RIG_VCPUS];
	struct model_vcpuif model[RIG_VCPUS];
	struct model_v5_cpuif pe[RIG_VCPUS];
	bool kicked[RIG_VCPUS];
	uint32_t kicks[RIG_VCPUS];
	uint32_t bugs;
	/* Ends of physical interrupts, by software and by list registers. */
	uint32_t ended;
	/* Physical interrupts that the library made active. */
	uint32_t begun;
	/* Whom the guest acknowledged last, on each vCPU. */
	uint32_t acked[RIG_VCPUS][16];
	uint32_t depth[RIG_VCPUS];
	uint64_t seed;
	uint8_t ram[RIG_RAM_SIZE];
	/* Bytes of it that can be reached; and a bit for each 4 KiB page
	 * that the vGIC wrote to. */
	uint32_t ram_there;
	uint32_t dirty[RIG_RAM_SIZE / 4096 / 32];
};

/* Nobody has run.  Fails the test when it cannot be made. */
void rig_make(struct rig *r, const struct rig_config *config);
void rig_free(struct rig *r);
/* Into the guest and out of it; off the CPU. */
void rig_run(struct rig *r, uint32_t v);
void rig_stop(struct rig *r, uint32_t v);
/* 0 .. n-1 */
uint32_t rig_random(struct rig *r, uint32_t n);
/* Everything on, as an operating system's boot leaves it. */
void rig_boot(struct rig *r);
/* So many steps of guest and devices; everyone is off the CPU afterwards. */
void rig_chaos(struct rig *r, uint64_t seed, uint32_t steps);
/* A guest access of vCPU v, which is in the guest. */
uint64_t rig_mmio(struct rig *r, uint32_t v, uint64_t ipa, unsigned int width,
		  bool write, uint64_t value);
uint64_t rig_icc(struct rig *r, uint32_t v, uint32_t enc, bool write,
		 uint64_t value);
/* Kicks and maintenance until there are no more; all are in the guest. */
void rig_settle(struct rig *r);

/* rig_its.c */

/* Tables, collections of each vCPU, devices 0 to 3 of 16 events; LPIs on. */
void rig_boot_its(struct rig *r);
/* One step of a driver and devices gone mad. */
void rig_its_step(struct rig *r);
/* Of vCPU 0, which is in the guest; the doublewords but the last. */
void rig_command(struct rig *r, uint32_t its, uint64_t d0, uint64_t d1,
		 uint64_t d2);
void rig_map(struct rig *r, uint32_t its, uint32_t device, uint32_t event,
	     uint32_t lpi, uint32_t icid);
/* A wrong entry somewhere in the tables of ITS 0, or one that is right. */
void rig_scribble(struct rig *r);
/* In guest memory: an LPI's configuration, and the byte of its bit. */
uint8_t *rig_lpi_config(struct rig *r, uint32_t lpi);
uint8_t *rig_lpi_pending(struct rig *r, uint32_t v, uint32_t lpi);

/* INTIDs as this model has them. */
uint32_t rig_spi(const struct rig *r, uint32_t n);
uint32_t rig_ppi(const struct rig *r, uint32_t n);
/* Save to memory of its own, for free(). */
uint8_t *rig_save(struct rig *r, size_t *size);
uint8_t *rig_save_vcpu(struct rig *r, uint32_t v, size_t *size);
/*
 * Lengths and checksums as they ought to be, as far as there are records: for
 * damage that these do not tell.  `size` is all that there is.
 */
void rig_seal(uint8_t *snapshot, size_t size);
/* The first record of a type, and its bytes; null: there is none. */
uint8_t *rig_record(uint8_t *snapshot, size_t size, uint32_t type,
		    uint32_t *length);
/* Invariants hold and nothing was reported. */
void rig_check(struct rig *r);

#endif
