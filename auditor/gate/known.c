/* SPDX-License-Identifier: BSD-2-Clause */
#include "auditor/gate/known.h"
