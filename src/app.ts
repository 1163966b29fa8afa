import { Hono } from "hono";
import { Failure } from "./core/errors.ts";
import { assistantRoutes } from "./features/assistant/assistant.routes.ts";
import { auditRoutes } from "./features/audit-log/audit-log.routes.ts";
import { accountSessionRoutes } from "./features/auth/account-sessions.routes.ts";
import { authRoutes } from "./features/auth/auth.routes.ts";
import { cookieRoutes } from "./features/auth/cookie.routes.ts";
import { emailRoutes } from "./features/auth/email.routes.ts";
import { invitationRoutes } from "./features/auth/invitations.routes.ts";
import { secondFactorRoutes } from "./features/auth/second-factor.routes.ts";
import { sessionRoutes } from "./features/auth/sessions.routes.ts";
import { customerRoutes } from "./features/customers/customers.routes.ts";
import { personRoutes } from "./features/customers/person.routes.ts";
import { taxExemptionRoutes } from "./features/customers/tax-exemption.routes.ts";
import { dashboardRoutes } from "./features/dashboard/dashboard.routes.ts";
import { authorizationRoutes } from "./features/estimates/authorizations.routes.ts";
import { estimateRoutes } from "./features/estimates/estimates.routes.ts";
import { sharedRoutes } from "./features/estimates/shared.routes.ts";
import { serviceRoutes, VERSION } from "./features/health/health.routes.ts";
import { historyRoutes } from "./features/history/history.routes.ts";
import { inventoryRoutes } from "./features/inventory/inventory.routes.ts";
import { invoiceRoutes } from "./features/invoices/invoices.routes.ts";
import { soldLineRoutes } from "./features/invoices/sold-lines.routes.ts";
import { jobRoutes } from "./features/jobs/jobs.routes.ts";
import { lineRoutes } from "./features/jobs/lines.routes.ts";
import { pricingRoutes } from "./features/jobs/pricing.routes.ts";
import { mountMailEvents } from "./features/mail/events.ts";
import { mountMailbox } from "./features/mail/mailbox.ts";
import { mailRoutes } from "./features/mail/mails.routes.ts";
import { mountMcp } from "./features/mcp/mcp.ts";
import { mechanicRoutes } from "./features/mechanics/mechanics.routes.ts";
import { paymentRoutes } from "./features/payments/payments.routes.ts";
import { servicePackageRoutes } from "./features/service-packages/service-packages.routes.ts";
import { assignmentRoutes } from "./features/service-tickets/assignments.routes.ts";
import { bookingRoutes } from "./features/service-tickets/bookings.routes.ts";
import { ticketRoutes } from "./features/service-tickets/service-tickets.routes.ts";
import { ticketMechanicRoutes } from "./features/service-tickets/ticket-mechanics.routes.ts";
import { ticketPartRoutes } from "./features/service-tickets/ticket-parts.routes.ts";
import { shareLinkRoutes } from "./features/share-links/share-links.routes.ts";
import { shopRoutes } from "./features/shop/shop.routes.ts";
import { taxRoutes } from "./features/shop/taxes.routes.ts";
import { userRoutes } from "./features/users/users.routes.ts";
import { vehicleRoutes } from "./features/vehicles/vehicles.routes.ts";
import type { AppContext, AppEnv, Deps } from "./http/app-env.ts";
import { withUsedComponents } from "./http/document/components.ts";
import { mountDocs } from "./http/document/docs.ts";
import { buildDocument } from "./http/document/document.ts";
import { legacyDocumentOf } from "./http/document/legacy-operations.ts";
import { begin } from "./http/pipeline/answer.ts";
import { cors } from "./http/pipeline/cors.ts";
import { answerAlways } from "./http/pipeline/last-resort.ts";
import { announceLegacyPath, legacyRouter } from "./http/pipeline/legacy-paths.ts";
import { mount, unknownRoute } from "./http/pipeline/mount.ts";
import { observe } from "./http/pipeline/observe.ts";
import { onError, problem } from "./http/pipeline/problem.ts";
import type { Endpoint } from "./http/route.ts";

/** Every endpoint of the API, in the order of the document. */
export const endpoints = [
  ...serviceRoutes,
  ...authRoutes,
  ...sessionRoutes,
  ...cookieRoutes,
  ...emailRoutes,
  ...invitationRoutes,
  ...secondFactorRoutes,
  ...userRoutes,
  ...accountSessionRoutes,
  ...customerRoutes,
  ...personRoutes,
  ...taxExemptionRoutes,
  ...mechanicRoutes,
  ...vehicleRoutes,
  ...historyRoutes,
  ...assistantRoutes,
  ...ticketRoutes,
  ...ticketMechanicRoutes,
  ...ticketPartRoutes,
  ...jobRoutes,
  ...lineRoutes,
  ...pricingRoutes,
  ...bookingRoutes,
  ...assignmentRoutes,
  ...estimateRoutes,
  ...authorizationRoutes,
  ...shareLinkRoutes,
  ...sharedRoutes,
  ...invoiceRoutes,
  ...soldLineRoutes,
  ...paymentRoutes,
  ...mailRoutes,
  ...dashboardRoutes,
  ...inventoryRoutes,
  ...servicePackageRoutes,
  ...shopRoutes,
  ...taxRoutes,
  ...auditRoutes,
];

/** The OpenAPI documents, by the paths that serve them. */
export const documents = {
  "/openapi.json": () => withUsedComponents(buildDocument(endpoints, VERSION)),
  "/openapi-legacy.json": () => withUsedComponents(legacyDocumentOf(buildDocument(endpoints, VERSION))),
} as const;

/** Answers every request of an app whose secrets are missing. */
const misconfigured = async (c: AppContext): Promise<Response> => {
  begin(c, crypto.randomUUID());
  return problem(c, new Failure("misconfigured"));
};

/**
 * The app over its parts. Without them, because a secret is missing, it answers every request with 503.
 * @param routes the endpoints that it serves
 */
export const createApp = (deps: Deps | null, routes: readonly Endpoint[] = endpoints): Pick<Hono<AppEnv>, "fetch"> => {
  const app = new Hono<AppEnv>({ strict: false });
  app.router = legacyRouter(app.router);
  app.use(deps ? observe(deps) : misconfigured);
  app.use(announceLegacyPath);
  if (deps && deps.allowedOrigins.size > 0) app.use(cors);
  app.onError(onError);
  mountDocs(app, documents);
  if (deps?.isDevelopment) mountMailbox(app);
  mountMailEvents(app);
  if (deps) mountMcp(app);
  mount(app, routes);
  // A route and not `notFound`: errors of that would not reach the log if there was only one middleware.
  app.all("*", unknownRoute);
  return deps ? answerAlways(app, deps) : app;
};
