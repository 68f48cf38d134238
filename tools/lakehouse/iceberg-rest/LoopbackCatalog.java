package org.apache.iceberg.rest;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.gzip.GzipHandler;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;

/**
 * The reference server as its own RESTCatalogServer wires it, but on one address, not on all, and below a path, as other
 * servers are. Arguments: address, port, path such as `/catalog`.
 */
public final class LoopbackCatalog {
  public static void main(String[] arguments) throws Exception {
    Map<String, String> settings = RCKUtils.environmentCatalogConfig();
    Catalog catalog = CatalogUtil.buildIcebergCatalog(settings.get("catalog.name"), settings, new Configuration());
    RESTCatalogAdapter adapter =
        new RESTServerCatalogAdapter(new RESTCatalogServer.CatalogContext(catalog, settings));
    ServletContextHandler context = new ServletContextHandler(ServletContextHandler.NO_SESSIONS);
    context.addServlet(new ServletHolder(new BelowPath(adapter, arguments[2])), "/*");
    context.insertHandler(new GzipHandler());
    Server server = new Server(new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1])));
    server.setHandler(context);
    server.start();
    server.join();
  }

  /** The servlet reads what it is asked from the whole path. */
  private static final class BelowPath extends RESTCatalogServlet {
    private final String path;

    BelowPath(RESTCatalogAdapter adapter, String path) {
      super(adapter);
      this.path = path;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      super.service(
          new HttpServletRequestWrapper(request) {
            @Override
            public String getRequestURI() {
              String whole = super.getRequestURI();
              return whole.startsWith(path + "/") ? whole.substring(path.length()) : whole;
            }
          },
          response);
    }
  }
}
