/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The records of an ITS as tables in guest memory, in the format of KVM's ABI
 * revision 0, for a VMM that migrates a guest from or to KVM.  All calls need
 * the engine and a VM in which no vCPU runs.
 */
#ifndef VGIC_ITS_PERSIST_H
#define VGIC_ITS_PERSIST_H

#include "its/its.h"

/*
 * Write the records to the tables.  VGIC_OK, or VGIC_E_FAULT: memory that was
 * there when the commands were carried out is gone.
 */
int vgic_its_save_tables(struct its_run *run, struct vgic_its *its);
/*
 * Unmap everything, and map what the tables say.  VGIC_OK; VGIC_E_FORMAT: an
 * entry names something that does not exist; VGIC_E_EXIST: a collection is
 * there twice; VGIC_E_FAULT: a table is not in memory; VGIC_E_NOMEM: there are
 * more entries than records, or too many empty ones to look through.  After an
 * error nothing is mapped.
 */
int vgic_its_restore_tables(struct its_run *run, struct vgic_its *its);
/* Unmap everything. */
void vgic_its_forget(struct its_run *run, struct vgic_its *its);

#endif
