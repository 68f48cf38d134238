package aws2openstack;

import io.trino.server.Server;

/** Stands for Trino's own main class, which is not on Maven Central. */
public final class TrinoLauncher {
  public static void main(String[] arguments) {
    new Server().start(Server.class.getPackage().getImplementationVersion());
  }
}
