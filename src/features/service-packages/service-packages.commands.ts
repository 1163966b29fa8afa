import { eq, type SQL, sql } from "drizzle-orm";
import type { Statement } from "../../db/client.ts";
import { revised } from "../../db/columns.ts";
import { eachOf } from "../../db/json.ts";
import { changedTerms, newTerms } from "../../db/list/search.ts";
import { discountColumns } from "../../db/records/discount.ts";
import { SERVICE_PACKAGE } from "../../db/records/service-package.ts";
import { servicePackageLines, servicePackages } from "../../db/schema/service-packages.ts";
import { commit, created, newest } from "../../db/write/commit.ts";
import { insertFrom } from "../../db/write/insert-from.ts";
import type { WriteContext } from "../../http/app-env.ts";
import { type PackageRow, packageById } from "./service-packages.queries.ts";
import type { NewServicePackage, ServicePackageChange } from "./service-packages.schemas.ts";

const said = (column: keyof (typeof servicePackageLines)["$inferInsert"]): SQL => sql.raw(`value ->> '${column}'`);

/** Inserts the lines of a package, in their order. */
const insertLines = (id: number | SQL<number>, lines: NewServicePackage["lines"]): Statement => {
  const rows = lines.map(({ discount = null, taxable = true, ...line }, index) => ({
    ...line,
    ...discountColumns(discount),
    taxable,
    position: index + 1,
  }));
  return insertFrom(
    servicePackageLines,
    {
      service_package_id: sql`${id}`,
      position: said("position"),
      kind: said("kind"),
      description: said("description"),
      inventory_id: said("inventory_id"),
      part_number: said("part_number"),
      condition: said("condition"),
      fee_kind: said("fee_kind"),
      provider: said("provider"),
      quantity: said("quantity"),
      unit_price: said("unit_price"),
      flat_amount: said("flat_amount"),
      unit_cost: said("unit_cost"),
      discount_percent: said("discount_percent"),
      discount_value: said("discount_value"),
      taxable: said("taxable"),
    },
    sql`from ${eachOf(rows)}`,
  );
};

/** Adds a package. Throws `reference_not_found` for a part, `whole_units_only`, `amount_too_large`, `discount_too_large`. */
export const createPackage = ({ db, writer, now }: WriteContext, { lines, ...fields }: NewServicePackage): Promise<PackageRow> =>
  commit(db, writer, {
    changes: [
      db.insert(servicePackages).values({ ...fields, ...newTerms(SERVICE_PACKAGE, fields), created_at: now, updated_at: now }),
      insertLines(newest(SERVICE_PACKAGE), lines),
    ],
    audit: [created(SERVICE_PACKAGE)],
    answer: packageById(newest(SERVICE_PACKAGE)),
  });

/**
 * Updates the given fields; `lines` take the place of all that were there. Throws `not_found`, `reference_not_found` for a
 * part, `whole_units_only`, `amount_too_large`, `discount_too_large`.
 */
export const updatePackage = ({ db, writer, now }: WriteContext, id: number, change: ServicePackageChange): Promise<PackageRow> => {
  const { lines, ...fields } = change;
  const matchesId = eq(servicePackages.id, id);
  return commit(db, writer, {
    target: { entity: SERVICE_PACKAGE, id },
    changes: [
      db
        .update(servicePackages)
        .set({ ...fields, ...changedTerms(SERVICE_PACKAGE, fields), ...revised(servicePackages, now) })
        .where(matchesId),
      ...(lines ? [db.delete(servicePackageLines).where(eq(servicePackageLines.service_package_id, id)), insertLines(id, lines)] : []),
    ],
    audit: [{ entity: SERVICE_PACKAGE, verb: "updated", where: matchesId }],
    answer: packageById(id),
  });
};

/** Removes a package with its lines; jobs that were made of it stay as they are. Throws `not_found`. */
export const deletePackage = async ({ db, writer }: WriteContext, id: number): Promise<void> => {
  const matchesId = eq(servicePackages.id, id);
  await commit(db, writer, {
    target: { entity: SERVICE_PACKAGE, id },
    changes: [db.delete(servicePackages).where(matchesId)],
    audit: [{ entity: SERVICE_PACKAGE, verb: "deleted", where: matchesId }],
  });
};
